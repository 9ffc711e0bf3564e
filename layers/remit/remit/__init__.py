"""remit: a serverless payments backend. See `docs/start.md`."""
