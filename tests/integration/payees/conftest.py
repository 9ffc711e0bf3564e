"""What tests of payees share."""

import pytest

from tests.integration.payees.desk import Payees, payees_desk
from tests.integration.payments.rail_cloud import railed


@pytest.fixture
def desk(cloud, monkeypatch) -> Payees:
    """The backend, connected to the schemes that know payees."""
    return payees_desk(railed(cloud, monkeypatch), monkeypatch)


@pytest.fixture
def still(cloud, monkeypatch) -> Payees:
    """The same, with nothing left to chance."""
    return payees_desk(railed(cloud, monkeypatch, still=True), monkeypatch)
