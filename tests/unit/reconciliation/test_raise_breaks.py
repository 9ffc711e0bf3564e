"""Breaks are raised by the run that is matched, and by no other."""

import pytest

from remit.reconciliation.raise_breaks import raise_breaks
from tests.unit.reconciliation.desk import desk, run


@pytest.mark.parametrize("status", ["read", "raised", "reported", "failed"])
def test_a_run_that_is_elsewhere_raises_nothing(status):
    raised = raise_breaks(desk(run(status=status)), tenant="acme", run_id="rec_1", now=1)

    assert (raised.status, raised.new, raised.gone) == (status, 0, 0)
