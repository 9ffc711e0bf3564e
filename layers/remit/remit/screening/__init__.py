"""Screening: is a party named like somebody on a sanctions or PEP list, and why."""
