"""The double-entry ledger: accounts as append-only chains, immutable transfers between them."""
