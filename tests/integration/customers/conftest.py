"""An office for each test, on one moto for all of a module's."""

from collections.abc import Iterator

import pytest

from remit.kernel import clock
from tests.integration.customers.office import Office, made, open_office


@pytest.fixture(scope="module")
def rooms() -> Iterator[Office]:
    """The tables, which take a while to make."""
    with open_office() as first:
        yield first


@pytest.fixture
def office(rooms, monkeypatch) -> Office:
    """An office in which nothing has happened yet."""
    rooms.clear()
    fresh = made(rooms.client)
    fresh.client.watch()
    monkeypatch.setattr("time.sleep", lambda _: None)
    monkeypatch.setattr(clock, "now", lambda: fresh.now)
    return fresh
