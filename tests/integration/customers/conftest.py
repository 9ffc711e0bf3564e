"""An office for each test."""

import pytest

from remit.kernel import clock
from tests.integration.customers.office import open_office


@pytest.fixture
def office(monkeypatch):
    monkeypatch.setenv("AWS_ACCESS_KEY_ID", "testing")
    monkeypatch.setenv("AWS_SECRET_ACCESS_KEY", "testing")
    monkeypatch.setattr("time.sleep", lambda _: None)
    with open_office() as made:
        monkeypatch.setattr(clock, "now", lambda: made.now)
        yield made
