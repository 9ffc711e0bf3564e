"""What tests of reconciliation share."""

import pytest

from tests.integration.cloud import Cloud
from tests.integration.reconciliation.scenes import own


@pytest.fixture(autouse=True)
def two_shards(monkeypatch: pytest.MonkeyPatch) -> None:
    """House accounts have two shards instead of eight, since each costs a run four reads."""
    monkeypatch.setattr("remit.ledger.chart.SHARDS_FROM", (("0001-01-01", 2),))


@pytest.fixture(autouse=True)
def nostro(cloud: Cloud) -> None:
    """Our nostro in euros is the account whose statements tests send."""
    assert own(cloud, "NOSTRO-1").status == 200
