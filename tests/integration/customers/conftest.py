"""An office, or everything deployed, for each test."""

from collections.abc import Iterator
from typing import Any

import pytest

from remit.kernel import clock
from tests.integration.customers.deployed import Deployed, forget, fresh, lists_on_moto
from tests.integration.customers.office import Office, open_office


@pytest.fixture
def office(monkeypatch) -> Office:
    """An office in which nothing has happened yet."""
    fresh = open_office()
    monkeypatch.setattr("time.sleep", lambda _: None)
    monkeypatch.setattr(clock, "now", lambda: fresh.now)
    return fresh


@pytest.fixture(scope="module")
def lists() -> Iterator[Any]:
    """S3 with the bucket that the template would have made; it takes a while."""
    with lists_on_moto() as made:
        yield made


@pytest.fixture
def deployed(lists, monkeypatch) -> Iterator[Deployed]:
    """Everything that onboarding is made of, and nothing in it but one list."""
    yield fresh(lists, monkeypatch)
    forget()
