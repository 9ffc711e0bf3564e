"""An office, or everything deployed, for each test; on one moto for all of a module's."""

from collections.abc import Iterator
from typing import Any

import pytest

from remit.kernel import clock
from tests.integration.customers.deployed import Deployed, forget, fresh, services_on_moto
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


@pytest.fixture(scope="module")
def services() -> Iterator[dict[str, Any]]:
    """DynamoDB and S3 with what the template would have made."""
    with services_on_moto() as made_:
        yield made_


@pytest.fixture
def deployed(services, monkeypatch) -> Iterator[Deployed]:
    """Everything that onboarding is made of, and nothing in it but one list."""
    yield fresh(services, monkeypatch)
    forget()
