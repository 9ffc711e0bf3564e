"""The life of a break, and the two people that an adjustment takes."""

from dataclasses import replace

import pytest

from remit.kernel.clock import DAY as DAYS
from remit.kernel.clock import HOUR
from remit.reconciliation.breaks import (
    ROADS,
    BreakEnded,
    NotApproved,
    NotProposed,
    SamePerson,
    age,
    approved,
    assigned,
    investigated,
    opened,
    posting,
    proposed,
    resolved,
    severity,
    written_off,
)
from remit.reconciliation.result import reconcile
from remit.reconciliation.rules import RULES
from tests.unit.reconciliation.made import given, theirs

AT = 1_795_512_600_000
(FOUND,) = reconcile(given([theirs("x", 500, "r")]), RULES).breaks
OPEN = opened(FOUND, RULES, tenant="acme", by="reconciliation", at=AT)


def looked_into(tracked=OPEN):
    return investigated(assigned(tracked, "ann", by="olga", at=AT + 1), by="ann", at=AT + 2)


def offered(tracked=None, **more):
    terms = {"debtor": "nostro", "creditor": "suspense", "amount": 500, "reason": "bank fee"}
    return proposed(tracked or looked_into(), **terms | {"by": "ann"} | more)


def agreed(tracked=None, by="ben"):
    waiting = tracked or offered()
    return approved(waiting, waiting.adjustment.id, by=by)


def test_a_break_is_opened_with_its_clock_running():
    assert (OPEN.status, OPEN.opened_at, OPEN.owner) == ("open", AT, "")
    assert FOUND.severity == "medium"
    assert OPEN.due_at == AT + 48 * HOUR


def test_a_break_goes_from_hand_to_hand_and_keeps_its_history():
    done = resolved(looked_into(), reason="found", by="ann", at=AT + 3)
    assert [(step.status, step.by) for step in done.history] == [
        ("open", "reconciliation"),
        ("assigned", "olga"),
        ("investigating", "ann"),
        ("resolved", "ann"),
    ]
    assert done.owner == "ann"
    assert assigned(looked_into(), "ben", by="ann", at=AT + 3).owner == "ben"


def test_a_break_that_is_gone_is_resolved_where_it_stands():
    assert (
        resolved(OPEN, reason="no longer found", by="reconciliation", at=AT + 1).status
        == "resolved"
    )


def test_a_break_that_has_ended_stays_as_it_is():
    for ended in (
        resolved(OPEN, reason="gone", by="ann", at=AT),
        written_off(agreed(), reason="small", by="ann", at=AT),
    ):
        for step in (
            lambda tracked: assigned(tracked, "ben", by="ann", at=AT),
            lambda tracked: investigated(tracked, by="ann", at=AT),
            lambda tracked: resolved(tracked, reason="again", by="ann", at=AT),
            offered,
            lambda tracked: approved(tracked, "adj_1", by="ben"),
        ):
            with pytest.raises(BreakEnded):
                step(ended)


def test_nobody_investigates_what_nobody_owns():
    with pytest.raises(BreakEnded, match="investigating does not follow on open"):
        investigated(OPEN, by="ann", at=AT)
    with pytest.raises(ValueError, match="somebody"):
        assigned(OPEN, "", by="olga", at=AT)


def test_every_state_is_reached_and_two_are_ends():
    assert {"open"} | {state for states in ROADS.values() for state in states} == set(ROADS)
    assert [state for state, roads in ROADS.items() if not roads] == ["resolved", "written_off"]


def test_an_adjustment_takes_a_second_person():
    for spelling in ("ann", " ann", "ANN", ""):
        with pytest.raises(SamePerson):
            agreed(by=spelling)
    assert agreed().adjustment.approved_by == "ben"


def test_an_approved_adjustment_is_a_transfer_that_names_the_break():
    transfer = posting(agreed(), at=AT + 9)
    assert (transfer.kind, transfer.reference, transfer.by) == ("adjustment", FOUND.id, "ben")
    assert (transfer.tenant, transfer.currency, transfer.at) == ("acme", "EUR", AT + 9)
    assert [(leg.account_id, leg.side, leg.amount) for leg in transfer.legs] == [
        ("nostro", "debit", 500),
        ("suspense", "credit", 500),
    ]
    assert posting(agreed(), at=AT + 10).id == transfer.id


def test_nothing_is_posted_or_written_off_that_one_person_alone_wants():
    for tracked in (looked_into(), offered()):
        with pytest.raises(NotApproved):
            posting(tracked, at=AT)
        with pytest.raises(NotApproved):
            written_off(tracked, reason="small", by="ann", at=AT)
    with pytest.raises(NotApproved):
        resolved(offered(), reason="done", by="ann", at=AT)


def test_what_is_approved_is_exactly_what_was_proposed():
    seen = offered()
    changed = offered(seen, amount=5_000)
    with pytest.raises(NotProposed):
        approved(changed, seen.adjustment.id, by="ben")
    with pytest.raises(NotProposed):
        approved(looked_into(), seen.adjustment.id, by="ben")
    ids = {offered(**one).adjustment.id for one in (
        {}, {"amount": 1}, {"debtor": "a"}, {"creditor": "b"}, {"reason": "c"}, {"by": "cid"}
    )}  # fmt: skip
    assert len(ids) == 6


def test_an_approval_does_not_carry_over_to_another_proposal():
    again = offered(agreed(), amount=501)
    assert again.adjustment.approved_by == ""
    with pytest.raises(NotApproved):
        posting(again, at=AT)


def test_proposing_or_approving_twice_changes_nothing():
    assert offered(offered()) == offered()
    assert offered(agreed()) == agreed()
    once = agreed()
    assert approved(once, once.adjustment.id, by="cid") == once


@pytest.mark.parametrize(
    "wrong", [{"amount": 0}, {"amount": -1}, {"creditor": "nostro"}, {"reason": ""}, {"by": ""}]
)
def test_an_adjustment_is_a_transfer_with_a_reason(wrong):
    with pytest.raises(ValueError, match="an adjustment moves"):
        offered(**wrong)


def test_an_end_has_a_reason():
    with pytest.raises(ValueError, match="for a reason"):
        resolved(OPEN, reason="", by="ann", at=AT)
    with pytest.raises(ValueError, match="for a reason"):
        written_off(agreed(), reason="", by="ann", at=AT)


def test_only_what_was_investigated_is_written_off():
    with pytest.raises(BreakEnded):
        written_off(agreed(offered(OPEN)), reason="small", by="ann", at=AT)


@pytest.mark.parametrize(
    ("days", "name"), [(0, "new"), (1, "a day"), (2, "a day"), (3, "days"), (7, "a week"),
                       (29, "a week"), (400, "a month")]
)  # fmt: skip
def test_a_break_is_called_by_its_age(days, name):
    assert age(OPEN, now=AT + days * DAYS) == name


def test_a_break_that_has_ended_grows_no_older():
    done = resolved(OPEN, reason="gone", by="ann", at=AT + DAYS)
    assert age(done, now=AT + 99 * DAYS) == "a day"
    assert severity(done, now=AT + 99 * DAYS) == "medium"


@pytest.mark.parametrize(
    ("hours", "found"),
    [(0, "medium"), (47, "medium"), (48, "high"), (96, "critical"), (9_999, "critical")],
)
def test_a_break_grows_more_severe_each_time_its_clock_runs_out(hours, found):
    assert severity(OPEN, now=AT + hours * HOUR) == found
    assert severity(replace(OPEN, due_at=AT), now=AT + hours * HOUR) == "medium"
