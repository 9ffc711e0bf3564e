"""Why a payment is not credited, and what is moved when it is."""

import pytest

from remit.kernel.errors import Contended, Refusal
from remit.ledger.refusals import (
    AccountClosed,
    AccountFrozen,
    AccountNotFound,
    BalanceTooLarge,
    CurrencyMismatch,
    LimitExceeded,
    SameAccount,
    TransferConflict,
)
from remit.payments import credit as module
from remit.payments import incoming_walk
from remit.payments.credit import Credited, credit, in_transit
from remit.payments.incoming_model import REASON_OF, REASONS, deadline
from tests.unit.payments.arrivals import AT, Kept, incoming


class Books:
    """A ledger that keeps what it is to post, or refuses it."""

    def __init__(self, refusal=None):
        self.refusal, self.posted = refusal, []

    def post(self, transfer):
        self.posted.append(transfer)
        if self.refusal is not None:
            raise self.refusal
        return ["entry"]


@pytest.fixture(autouse=True)
def commits(monkeypatch):
    made = []
    for each in (module, incoming_walk):
        monkeypatch.setattr(each, "commit", lambda _, writes: made.append(writes))
    monkeypatch.setattr("time.sleep", lambda _: None)
    return made


def run(store, books, now=AT + 1):
    return credit(store, books, tenant="acme", incoming_id=incoming().id, now=now)


def test_the_money_moves_with_the_status(commits):
    store, books = Kept(incoming()), Books()
    assert run(store, books) == Credited(status="credited", here=True)
    (made,) = books.posted
    assert [(leg.account_id, leg.side, leg.amount) for leg in made.legs] == [
        (in_transit(incoming()), "debit", 12_50),
        (incoming().account, "credit", 12_50),
    ]
    assert (made.kind, made.reference, made.by) == ("credit", incoming().id, "sct_inst")
    assert commits == [["taken", "entry"]]


@pytest.mark.parametrize(
    ("refusal", "reason"),
    [
        (AccountNotFound, "AC01"),
        (AccountClosed, "AC04"),
        (AccountFrozen, "AC06"),
        (CurrencyMismatch, "AG01"),
        (LimitExceeded, "AM02"),
        (BalanceTooLarge, "AM02"),
    ],
)
def test_what_the_ledger_refuses_is_told_by_its_reason(refusal, reason, commits):
    store = Kept(incoming())
    expected = Credited(status="rejected", here=True, reason=reason)
    assert run(store, Books(refusal())) == expected
    assert [(step.status, step.reason) for step in store.taken] == [("rejected", reason)]
    assert commits == [["taken"]]


def test_every_reason_is_explained():
    assert set(REASON_OF.values()) <= set(REASONS)


@pytest.mark.parametrize(
    ("change", "now", "reason"),
    [
        ({}, AT + 10_001, "AB05"),
        ({"account": ""}, AT, "AC01"),
        ({"currency": "USD"}, AT, "AM03"),
        ({"amount": 0}, AT, "AM01"),
        ({"amount": 10**14}, AT, "AM02"),
    ],
)
def test_what_the_scheme_does_not_allow_never_comes_to_the_ledger(change, now, reason):
    books = Books()
    assert run(Kept(incoming(**change)), books, now).reason == reason
    assert books.posted == []


def test_the_last_moment_is_still_in_time():
    assert run(Kept(incoming()), Books(), AT + 10_000).status == "credited"


def test_what_is_decided_stays_so(commits):
    for status in ("credited", "rejected"):
        assert run(Kept(incoming(status)), Books(), AT + 99_999) == Credited(status=status)
    assert commits == []


def test_what_somebody_else_has_credited_meanwhile_is_looked_at_anew():
    store = Kept(incoming(), later=[incoming("credited")])
    assert run(store, Books(TransferConflict())) == Credited(status="credited")
    with pytest.raises(Contended):
        run(Kept(incoming()), Books(TransferConflict()))


def test_a_refusal_that_no_table_knows_is_nobodys_answer():
    with pytest.raises(Refusal):
        run(Kept(incoming()), Books(SameAccount()))


def test_the_schemes_time_runs_from_the_payers_acceptance_or_ours():
    assert deadline("sct_inst", None, AT) == AT + 10_000
    assert deadline("sct_inst", AT - 4_000, AT) == AT + 6_000
    assert deadline("sct_inst", AT + 4_000, AT) == AT + 10_000


def test_what_the_scheme_has_said_no_to_is_rejected_for_its_reason_whatever_else_there_is(commits):
    store, books = Kept(incoming(disowned="AC04")), Books()
    late = AT + 60_000
    assert run(store, books, now=late) == Credited(status="rejected", here=True, reason="AC04")
    assert books.posted == []
    assert [(step.reason, step.by) for step in store.taken] == [("AC04", "sct_inst")]
