"""What tests of reconciliation share."""

import pytest


@pytest.fixture(autouse=True)
def two_shards(monkeypatch: pytest.MonkeyPatch) -> None:
    """House accounts have two shards instead of eight, since each costs a run four reads."""
    monkeypatch.setattr("remit.ledger.chart.SHARDS_FROM", (("0001-01-01", 2),))
