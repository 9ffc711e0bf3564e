"""Bounds on trying again, and what is done about records that cannot be."""

import pytest

from remit.kernel.clock import HOUR
from remit.kernel.errors import Contended
from remit.store.commit import Stale
from remit.vault import erase as erasing
from remit.vault import reveal as revealing
from remit.vault.model import SealBroken, context
from remit.vault.sweep import sweep
from tests.integration.cloud import let_in
from tests.integration.vault.place import START, erased, made, token

pytestmark = pytest.mark.parametrize("place", ["fake"], indirect=True)


def always_stale(*_: object) -> None:
    raise Stale


def test_erasing_is_tried_so_often_and_then_told_to_come_back(place, vault, monkeypatch):
    made(vault)
    monkeypatch.setattr(erasing, "commit", always_stale)

    with pytest.raises(Contended):
        erased(vault, keep_until=None)
    assert place.clock.pauses == 8
    assert vault.subject("acme", "cus_1")


def test_clearing_is_tried_so_often_and_then_left_to_the_sweep(place, vault, monkeypatch):
    token(vault, made(vault))
    cleared = erasing._cleared
    monkeypatch.setattr(erasing, "_cleared", always_stale)
    with pytest.raises(Contended):
        erased(vault, keep_until=None)
    monkeypatch.setattr(erasing, "_cleared", cleared)
    place.clock.now = START + HOUR + 1

    assert sweep(vault.keys, vault.signer, until=START + 2 * HOUR).cleared == 1


def test_a_reveal_is_tried_so_often_and_reveals_nothing(place, vault, monkeypatch):
    found = token(vault, made(vault))
    monkeypatch.setattr(revealing, "commit", always_stale)

    with pytest.raises(Contended):
        vault.reveal("acme", found.id, by="bob", reason="r", at=START)


def test_two_sweeps_at_once_do_everything_once(place, vault):
    for name in ("cus_1", "cus_2"):
        made(vault, name)
        erased(vault, name, keep_until=START + 1)
    place.clock.now = START + HOUR + 1
    other, told = place.process(), []

    def sweep_too() -> None:
        told.append(sweep(other.keys, other.signer, until=START + 2 * HOUR))

    place.dynamodb.watch({2: let_in(sweep_too)})
    mine = sweep(vault.keys, vault.signer, until=START + 2 * HOUR)

    assert mine.left == told[0].left == ()
    assert mine.released + told[0].released == 2
    assert mine.cleared + told[0].cleared == 2


def test_a_wrapped_thing_of_another_length_is_no_key(place, vault):
    wrapped = vault.keys.cipher.wrap("acme", context("acme", "cus_1", "subject_key"), b"short")

    with pytest.raises(SealBroken):
        vault.keys.unwrap("acme", "cus_1", "subject_key", wrapped)


def test_what_is_forgotten_is_unwrapped_again(place, vault):
    made(vault)
    vault.keys.forget()
    vault.keys.cipher.forget()

    assert vault.subject("acme", "cus_1").id == "cus_1"


def test_no_writes_are_none_to_commit(place, vault):
    place.dynamodb.watch()
    vault.commit([])

    assert place.dynamodb.calls == []
