"""A statement is read when its turn has come."""

import pytest

from remit.reconciliation.read_statement import WAITING, read_statement
from tests.unit.reconciliation.desk import desk, run


def told(*runs):
    return read_statement(desk(*runs), tenant="acme", run_id="rec_9", now=1)


@pytest.mark.parametrize("status", ["read", "matched", "raised", "reported", "failed"])
def test_what_was_read_is_not_read_again(status):
    assert told(run("rec_9", status=status)) == status


@pytest.mark.parametrize("status", ["received", "read", "matched", "raised"])
def test_a_statement_waits_for_the_one_before(status):
    assert told(run("rec_1", status=status), run("rec_9", previous="rec_1")) == WAITING


def test_behind_a_failed_run_it_waits_for_the_one_before_that():
    first, failed = run("rec_1", status="matched"), run("rec_2", status="failed", previous="rec_1")

    assert told(first, failed, run("rec_9", previous="rec_2")) == WAITING
