"""What of a change of the payments table must be looked after, and by whom."""

import pytest

from remit.payments.sweep import watched


@pytest.mark.parametrize(
    ("sort_key", "status", "kind"),
    [
        ("payment", "received", "payment"),
        ("payment", "screening", "payment"),
        ("payment", "submitted", "rail"),
        ("recall", "requested", "recall"),
        ("file", "received", "file"),
    ],
)
def test_what_sets_out_is_looked_after(sort_key, status, kind):
    (found,) = watched([{"pk": "acme#pay_1", "sk": sort_key, "status": status}])
    assert (found.kind, found.tenant, found.id) == (kind, "acme", "pay_1")


@pytest.mark.parametrize(
    ("sort_key", "status"),
    [
        ("payment", "reserved"),
        ("payment", "unknown"),
        ("payment", "completed"),
        ("recall", "refused"),
        ("file", "processed"),
        ("order", None),
        ("item#1", "received"),
    ],
)
def test_what_has_been_set_out_before_is_not_looked_after_twice(sort_key, status):
    item = {"pk": "acme#pay_1", "sk": sort_key} | ({"status": status} if status else {})
    assert watched([item]) == []


@pytest.mark.parametrize(
    ("status", "kind"),
    [
        ("received", "incoming"),
        ("credited", "member"),
        ("reversed", "member"),
        ("returned", "member"),
    ],
)
def test_what_came_in_is_answered_and_then_settles(status, kind):
    item = {"pk": "incoming#inc_1", "sk": "incoming", "tenant": "acme", "status": status}
    (found,) = watched([item])
    assert (found.kind, found.tenant, found.id) == (kind, "acme", "inc_1")


def test_what_was_rejected_moves_nothing_and_does_not_settle():
    item = {"pk": "incoming#inc_1", "sk": "incoming", "tenant": "acme", "status": "rejected"}
    assert watched([item]) == []


@pytest.mark.parametrize("status", ["returned", "refused"])
def test_an_answer_to_another_banks_recall_is_sent(status):
    item = {"pk": "acme#rcl_1", "sk": "incoming_recall", "status": status}
    (found,) = watched([item])
    assert (found.kind, found.tenant, found.id) == ("answer", "acme", "rcl_1")
    assert watched([item | {"status": "open"}]) == []
