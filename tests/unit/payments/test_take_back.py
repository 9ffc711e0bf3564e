"""The scheme's no to what we have credited."""

import pytest

from remit.kernel.errors import Contended
from remit.ledger.refusals import (
    AccountClosed,
    AccountFrozen,
    InsufficientFunds,
    TransferConflict,
)
from remit.payments import incoming_walk
from remit.payments import take_back as module
from remit.payments.credit import in_transit, transfer_id
from remit.payments.take_back import TAKEN_BACK_WITHIN, take_back
from tests.unit.payments.arrivals import AT, Kept, incoming


class Books:
    """A ledger that refuses to take anything from the customer's account."""

    def __init__(self, refusal=None):
        self.refusal, self.posted = refusal, []

    def carry_out(self, tenant, transfers):
        (transfer,) = transfers
        self.posted.append(transfer)
        if self.refusal and any(leg.account_id == incoming().account for leg in transfer.legs):
            raise self.refusal
        return ["entry"]


@pytest.fixture(autouse=True)
def commits(monkeypatch):
    made = []
    for each in (module, incoming_walk):
        monkeypatch.setattr(each, "commit", lambda _, writes: made.append(writes))
    monkeypatch.setattr("time.sleep", lambda _: None)
    return made


def run(store, books, now=AT + 5):
    return take_back(store, books, tenant="acme", incoming_id=incoming().id, reason="AB05", now=now)


def test_the_credit_goes_back_the_way_it_came(commits):
    books = Books()
    outcome = run(Kept(incoming("credited")), books)
    assert (outcome.status, outcome.here, outcome.in_suspense) == ("reversed", True, False)
    (made,) = books.posted
    assert [(leg.account_id, leg.side) for leg in made.legs] == [
        (incoming().account, "debit"),
        (in_transit(incoming()), "credit"),
    ]
    assert made.reverses == transfer_id(incoming())
    assert commits == [["taken", "entry"]]


@pytest.mark.parametrize("refusal", [InsufficientFunds, AccountClosed, AccountFrozen])
def test_an_account_that_cannot_give_it_does_not_stop_it(refusal):
    books = Books(refusal())
    outcome = run(Kept(incoming("credited")), books)
    refused, kept = books.posted
    assert (outcome.status, outcome.in_suspense) == ("reversed", True)
    assert kept.id == refused.id
    assert kept.legs[0].account_id.startswith("house.suspense.EUR.")
    assert (kept.legs[0].side, kept.reverses) == ("debit", None)


def test_what_nobody_has_decided_on_is_rejected_by_the_scheme():
    store, books = Kept(incoming()), Books()
    outcome = run(store, books)
    assert (outcome.status, outcome.here, books.posted) == ("rejected", True, [])
    assert [(step.reason, step.by) for step in store.taken] == [("AB05", "sct_inst")]


@pytest.mark.parametrize(
    ("steps", "status"),
    [
        (("rejected",), "rejected"),
        (("credited", "reversed"), "reversed"),
        (("credited", "returned"), "contradicted"),
    ],
)
def test_what_is_over_stays_as_it_is(steps, status, commits):
    outcome = run(Kept(incoming(*steps)), Books())
    assert (outcome.status, outcome.here, commits) == (status, False, [])


def test_what_somebody_else_has_taken_back_meanwhile_is_looked_at_anew():
    store = Kept(incoming("credited"), later=[incoming("credited", "reversed")])
    assert run(store, Books(TransferConflict())).status == "reversed"
    with pytest.raises(Contended):
        run(Kept(incoming("credited")), Books(TransferConflict()))


def test_days_later_a_no_changes_nothing_and_is_for_a_person():
    credited = incoming("credited")
    last = credited.history[-1].at + TAKEN_BACK_WITHIN
    assert run(Kept(credited), Books(), last).status == "reversed"
    books = Books()
    assert run(Kept(credited), books, last + 1).status == "contradicted"
    assert books.posted == []


def test_only_roads_that_are_there_are_taken():
    with pytest.raises(ValueError, match="no road leads from rejected to credited"):
        Kept(incoming("rejected")).take(incoming("rejected"), incoming("credited").history[1])
