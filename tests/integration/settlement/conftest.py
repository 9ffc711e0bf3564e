"""What tests of settlement share."""

import pytest

from tests.integration.payments.rail_cloud import Railed, railed


@pytest.fixture
def road(cloud, monkeypatch) -> Railed:
    """The backend, connected to a rail."""
    return railed(cloud, monkeypatch)
