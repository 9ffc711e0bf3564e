"""Whether AWS itself has been asked: one line in the report, where every case would be many."""

import os

import pytest

from tests.simulation.fidelity.conftest import PLACES


@pytest.mark.skipif(
    os.environ.get("REMIT_FIDELITY_AWS") != "1",
    reason="every case asks AWS itself too, with an account of yours, when REMIT_FIDELITY_AWS=1",
)
def test_every_case_asks_aws_itself_too():
    assert "aws" in PLACES
