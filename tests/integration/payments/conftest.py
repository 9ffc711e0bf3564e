"""What tests of payments share."""

import pytest

from tests.integration.payments.rail_cloud import Railed, railed


@pytest.fixture
def road(cloud, monkeypatch) -> Railed:
    """The backend, connected to a rail."""
    return railed(cloud, monkeypatch)


@pytest.fixture
def still(cloud, monkeypatch) -> Railed:
    """The same, with nothing left to chance."""
    return railed(cloud, monkeypatch, still=True)
