"""Customers: who they are, whether we may serve them, and the accounts that they are given."""
