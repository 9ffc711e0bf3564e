"""The customers' table, from the function's settings."""

from remit.customers.store import CustomerStore
from remit.runtime import clients, settings


def customers() -> CustomerStore:
    """The customers' table."""
    return CustomerStore.of(clients.dynamodb(), settings.required("CUSTOMERS_TABLE"))
