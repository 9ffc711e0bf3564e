"""A run comes to one end."""

import pytest

from remit.reconciliation.report import report
from remit.reconciliation.runs import ReconciliationNotFound
from tests.unit.reconciliation.desk import desk, run


@pytest.mark.parametrize(
    ("was", "status", "ends"),
    [("raised", "raised", "reported"), ("read", "failed", "failed")],
)
def test_a_run_ends_as_the_machine_says(was, status, ends):
    at = desk(run(status=was))

    assert report(at, tenant="acme", run_id="rec_1", status=status, now=9) == ends
    ended = at.store.runs["rec_1"]
    assert (ended.status, ended.finished_at) == (ends, 9)
    assert bool(ended.failure) == (ends == "failed")


@pytest.mark.parametrize(("was", "status"), [("reported", "failed"), ("failed", "raised")])
def test_an_end_stands(was, status):
    at = desk(run(status=was))

    assert report(at, tenant="acme", run_id="rec_1", status=status, now=9) == was


def test_an_unknown_run_is_none():
    with pytest.raises(ReconciliationNotFound):
        report(desk(), tenant="acme", run_id="rec_2", status="raised", now=9)
