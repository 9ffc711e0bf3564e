"""Who is screened, and what a hit does. The commits are in the integration tests."""

import pytest

from remit.payments import incoming_walk
from remit.payments.screen import Screened, screen
from remit.rails.iso20022 import pacs008
from remit.vault.model import SubjectErased
from tests.unit.payments.arrivals import AT, Kept, incoming
from tests.unit.rails.test_transfers import message


@pytest.fixture(autouse=True)
def commits(monkeypatch):
    made = []
    monkeypatch.setattr(incoming_walk, "commit", lambda _, writes: made.append(writes))
    return made


def run(store, *, listed=lambda *_: None, opened=lambda _: pacs008.build(message()), now=AT + 1):
    return screen(
        store,
        tenant="acme",
        incoming_id=incoming().id,
        opened=opened,
        listed=listed,
        now=now,
    )


def test_everybody_whom_the_payment_names_is_screened():
    asked = []
    store = Kept(incoming())
    assert run(store, listed=lambda *who: asked.append(who)) == Screened(status="clear")
    assert asked == [
        ("acme", name) for name in ("Willem Vermeer", "Zoe Berg", "The Firm", "The Child")
    ]
    assert store.taken == []


def test_a_hit_is_rejected_and_a_case_is_opened(commits):
    store = Kept(incoming())
    hit = "ofac/7 0.97 v1"
    found = run(store, listed=lambda _, name: hit if name == "The Child" else None)
    assert found == Screened(status="rejected", listed=True)
    ((step,), writes) = store.taken, commits
    assert (step.status, step.reason, step.by) == ("rejected", "RR04", "screening")
    assert writes == [["taken", "case"]]


@pytest.mark.parametrize("status", ["credited", "rejected", "reversed", "returned"])
def test_what_is_decided_is_not_screened_again(status):
    steps = ("credited", status) if status in ("reversed", "returned") else (status,)
    assert run(Kept(incoming(*steps)), opened=None, listed=None) == Screened(status=status)


def test_what_will_be_rejected_anyway_is_not_screened():
    assert run(Kept(incoming(account="")), opened=None) == Screened(status="clear")
    assert run(Kept(incoming(disowned="AC04")), opened=None) == Screened(status="clear")


def test_what_comes_too_late_is_screened_as_another_clock_may_credit_it_all_the_same():
    store = Kept(incoming())
    found = run(store, listed=lambda *_: "ofac/7 0.97 v1", now=AT + 10_001)
    assert found == Screened(status="rejected", listed=True)


def test_what_nobody_can_read_any_more_is_rejected(commits):
    def gone(_):
        raise SubjectErased

    store = Kept(incoming())
    assert run(store, opened=gone) == Screened(status="rejected")
    assert [(step.reason, step.by) for step in store.taken] == [("MS03", "vault")]
    assert commits == [["taken"]]
