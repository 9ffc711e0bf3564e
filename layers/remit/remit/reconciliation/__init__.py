"""Reconciliation: payments against the ledger, the ledger against the bank, and the breaks."""
