"""No test of the store waits: pauses are counted instead."""

import pytest

from remit.store import commit, idempotency


@pytest.fixture(autouse=True)
def pauses(monkeypatch) -> list[int]:
    counted: list[int] = []
    monkeypatch.setattr(commit, "pause", counted.append)
    monkeypatch.setattr(idempotency, "pause", counted.append)
    return counted
