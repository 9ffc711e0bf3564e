"""First answers of a tenant's keys at once, and schemes whose JSON lacks what may be left out."""

import json

import pytest

from remit.payees.confirmed import opened
from remit.payees.store import Asked
from remit.payees.wire import Question, question, read_question
from remit.store.commit import ATTEMPTS
from tests.integration.cloud import let_in
from tests.integration.payees.desk import CHAN, OUTSIDE


def test_two_first_lookups_of_a_tenant_at_once_seal_under_one_subject(desk):
    desk.schemes.answer = CHAN
    rivals = []

    def rival(send):
        if not rivals:
            rivals.append(None)
            rivals[0] = desk.look_up(key="theirs")
        return send()

    desk.cloud.dynamodb.watch(every={"transact_write_items": rival})
    mine = desk.look_up(key="mine")
    desk.cloud.dynamodb.watch()
    assert (mine.status, rivals[0].status) == (201, 201)
    assert mine.body["id"] != rivals[0].body["id"]
    for key in ("mine", "theirs"):
        assert desk.look_up(key=key).body["masked_name"] == "CHAN T** M**"


def test_a_subject_that_cannot_be_made_is_a_passing_fault(desk, monkeypatch):
    from remit.kernel.errors import Contended
    from remit.payees import keeping
    from remit.store.commit import Stale

    tries = []

    def stale(*_):
        tries.append(1)
        raise Stale

    monkeypatch.setattr(keeping, "commit", stale)
    with pytest.raises(Contended):
        keeping.keep(None, lambda: None, lambda: (None, []))  # type: ignore[arg-type]
    assert len(tries) == ATTEMPTS
    assert desk.cloud.clock.pauses == ATTEMPTS


def test_a_bank_that_does_not_say_who_it_is_asks_all_the_same():
    asked = Question(name="Jan Tomas", iban=OUTSIDE)
    assert read_question(json.dumps(question(asked)).encode()) == asked


def test_a_lookup_that_was_kept_without_what_it_found_is_a_defect(desk):
    empty = Asked(id="plk_1", tenant="acme", fingerprint="f", at=1, by="ada")
    with pytest.raises(LookupError):
        opened(desk.road.vault, empty)


def test_a_key_that_was_answered_just_before_the_commit_has_that_answer(desk):
    desk.schemes.answer = CHAN
    desk.look_up(key="first")  # so that the tenant's subject is there
    theirs = []
    # Look for the key, two counters, the subject; then the commit, a put.
    put = {"put_item": let_in(lambda: theirs.append(desk.look_up(key="once")))}
    desk.cloud.dynamodb.watch(every=put)
    mine = desk.look_up(key="once")
    desk.cloud.dynamodb.watch()
    assert (mine.text, mine.replayed) == (theirs[0].text, True)
