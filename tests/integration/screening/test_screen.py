"""Screening a party: hits, and what was cleared until the entry changes."""

import pytest

from remit.kernel.errors import Unavailable
from remit.screening.load import load_list
from remit.screening.model import Party, screening_of, screening_view
from remit.screening.names import UnscreenableName
from remit.screening.screen import screen
from remit.screening.store import NoListInForce
from remit.store.commit import commit
from tests.integration.cloud import START, lose_reply
from tests.integration.screening.place import Place, sdn

ONE = sdn((1, "MARCHENKO-OBLAST, Viktor"), (2, "QASSIMOV, Rustam"))
CHANGED = sdn((1, "MARCHENKO-OBLAST, Viktor"), (2, "QASSIMOV, Rustam Timur"))
RUSTAM = Party(name="Rustam Qassimov", kind="person")


@pytest.fixture
def lists(place: Place) -> Place:
    load_list(place.store, "ofac", ONE, at=START)
    return place


def screened(place: Place, party: Party = RUSTAM, subject: str | None = "cus_1", tenant="acme"):
    return screen(place.store, tenant, subject, party, at=START)


def cleared(place: Place, hits, **more) -> None:
    words = {"by": "ada", "reason": "another person", "at": START} | more
    commit(place.dynamodb, place.store.dispose("acme", "cus_1", hits, **words))


def test_a_party_like_an_entry_is_a_hit_with_the_versions_searched(lists):
    found = screened(lists)

    assert found.outcome == "hit"
    assert found.lists == lists.store.current()
    assert [hit.entry_id for hit in found.hits] == ["2"]
    assert found.hits[0].list_version == found.lists["ofac"]


def test_a_party_like_nobody_is_clear(lists):
    found = screened(lists, Party(name="Ingrid Halvorsen", kind="person"))

    assert (found.outcome, found.hits, found.dismissed) == ("clear", (), ())


def test_what_was_cleared_is_not_raised_again(lists):
    cleared(lists, screened(lists).hits)

    again = screened(lists)

    assert again.outcome == "clear"
    assert again.dismissed == (("ofac", "2"),)


def test_what_was_cleared_is_raised_again_once_the_entry_changes(lists):
    cleared(lists, screened(lists).hits)
    load_list(lists.store, "ofac", CHANGED, at=START + 1)

    again = screened(lists)

    assert again.outcome == "hit"
    assert again.dismissed == ()
    cleared(lists, again.hits)
    assert screened(lists).outcome == "clear"


def test_clearing_one_subject_clears_nobody_else(lists):
    cleared(lists, screened(lists).hits)

    assert screened(lists, subject="cus_2").outcome == "hit"
    assert screened(lists, tenant="globex").outcome == "hit"
    assert screened(lists, subject=None).outcome == "hit"


def test_clearing_twice_or_with_its_reply_lost_is_clearing_once(lists):
    hits = screened(lists).hits
    lists.dynamodb.watch({0: lose_reply})
    with pytest.raises(Unavailable):
        cleared(lists, hits)
    lists.dynamodb.watch()
    items = lists.items()

    cleared(lists, (*hits, *hits))

    assert lists.items() == items
    assert lists.store.dispositions("acme", "cus_1") == {("ofac", "2", hits[0].entry_hash)}


def test_many_dispositions_are_all_read(lists):
    (hit,) = screened(lists).hits
    from dataclasses import replace

    for start in range(0, 250, 50):
        cleared(lists, [replace(hit, entry_id=str(n)) for n in range(start, start + 50)])

    assert len(lists.store.dispositions("acme", "cus_1")) == 250


def test_a_screening_without_any_list_is_a_fault_and_never_clear(place):
    with pytest.raises(NoListInForce):
        screened(place)


def test_a_name_without_letters_is_never_clear(lists):
    with pytest.raises(UnscreenableName):
        screened(lists, Party(name="...", kind="person"))


def test_a_screening_is_told_as_json_and_read_back(lists):
    found = screened(lists)
    cleared(lists, found.hits)

    assert screening_of(screening_view(found)) == found
    assert screening_of(screening_view(screened(lists))) == screened(lists)


def test_two_sources_are_searched_at_once(lists):
    header = "id,schema,name,aliases,birth_date,countries,dataset"
    row = 'p-1,Person,Rustam Qassimov,"Rustam K.",1970-02-01,kz,PEPs'
    load_list(lists.store, "pep", {"targets.simple.csv": f"{header}\n{row}\n".encode()}, at=START)

    found = screened(lists)

    assert [(hit.source, hit.entry_id) for hit in found.hits] == [("ofac", "2"), ("pep", "p-1")]
    assert set(found.lists) == {"ofac", "pep"}


def test_indexes_in_memory_are_dropped_when_they_are_no_longer_in_force(lists):
    from remit.screening import store as stores

    screened(lists)
    before = set(stores._indexes)
    load_list(lists.store, "ofac", CHANGED, at=START + 1)
    screened(lists)

    assert len(stores._indexes) == 1
    assert before.isdisjoint(stores._indexes)
