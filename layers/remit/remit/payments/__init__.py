"""Payments: the customer's wish, from acceptance to its end."""
