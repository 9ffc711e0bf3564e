"""No test of the store waits: pauses are counted instead."""

import pytest

from remit.store import commit, idempotency, table


@pytest.fixture(autouse=True)
def pauses(monkeypatch) -> list[int]:
    counted: list[int] = []
    for module in (commit, idempotency, table):
        monkeypatch.setattr(module, "pause", counted.append)
    return counted
