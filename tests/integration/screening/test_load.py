"""Lists come in force once, whole or not at all, whatever is lost on the way."""

import pytest
from botocore.exceptions import ReadTimeoutError

from remit.kernel.errors import Contended, Fault, Unavailable
from remit.screening import load as loading
from remit.screening.lists.errors import ListTooLarge, MalformedList
from remit.screening.lists.sources import UnknownSource
from remit.screening.load import (
    Changes,
    OlderThanInForce,
    TooManyRemoved,
    changed_index,
    changes,
    load_list,
    tell_once,
)
from remit.screening.model import Party
from remit.screening.store import ListVersion, VersionUnknown
from tests.integration.cloud import (
    START,
    Killed,
    kill_after,
    kill_before,
    let_in,
    lose_reply,
    lose_request,
)
from tests.integration.screening.place import Place, sdn

ONE = sdn((1, "MARCHENKO-OBLAST, Viktor"), (2, "QASSIMOV, Rustam"))
TWO = sdn((1, "MARCHENKO-OBLAST, Viktor"), (2, "QASSIMOV, Rustam Timur"), (3, "ZELAYA, Ines"))
OTHER = sdn((1, "MARCHENKO-OBLAST, Viktor"), (9, "ADEYEMI-STONE, Tunde"))


def load(place: Place, files=ONE, **more) -> ListVersion:
    return load_list(place.store, "ofac", files, at=place.clock(), **more)


def names_found(place: Place, name: str) -> list[str]:
    return [hit.entry_id for hit in place.store.index().search(Party(name=name, kind="person"))]


def test_a_first_version_comes_in_force_and_everything_in_it_is_new(place):
    version = load(place)

    assert place.store.current() == {"ofac": version.id}
    assert (version.previous, version.sequence) == (None, 1)
    assert (version.entries, version.names) == (2, 3)
    assert changes(place.store, "ofac", version.id) == Changes(
        added=("1", "2"), changed=(), removed=()
    )
    assert names_found(place, "Viktor Marchenko-Oblast") == ["1"]


def test_the_same_list_again_is_the_same_version_and_nothing_happens(place):
    first = load(place)
    items, puts = place.items(), list(place.s3.puts)
    place.clock.now += 1_000

    assert load(place, uploaded_at=START) == first
    assert place.items() == items
    assert place.s3.puts == puts


def test_other_bytes_that_say_the_same_are_the_same_version(place):
    first = load(place)
    turned = {**ONE, "sdn.csv": b"\r\n".join(reversed(ONE["sdn.csv"].split(b"\r\n"))) + b"\r\n\x1a"}

    assert load(place, turned).id == first.id


def test_a_new_version_names_what_was_added_and_changed_and_removed(place):
    first, second = load(place), load(place, TWO)

    assert (second.previous, second.sequence) == (first.id, 2)
    assert changes(place.store, "ofac", second.id) == Changes(
        added=("3",), changed=("2",), removed=()
    )
    third = load(place, OTHER)
    assert changes(place.store, "ofac", third.id) == Changes(
        added=("9",), changed=(), removed=("2", "3")
    )


def test_the_index_of_changes_holds_only_what_was_added_or_changed(place):
    load(place)
    second = load(place, TWO)

    index = changed_index(place.store, "ofac", second.id)

    assert [entry.id for shelf in index.shelves for entry in shelf.entries()] == ["2", "3"]
    assert index.search(Party(name="Viktor Marchenko-Oblast", kind="person")) == ()
    (hit,) = index.search(Party(name="Ines Zelaya", kind="person"))
    assert hit.entry_id == "3"


def test_a_version_that_comes_back_is_compared_with_the_one_before_it_again(place):
    first, _, again = load(place), load(place, TWO), load(place)

    assert again.id == first.id
    assert again.sequence == 3
    assert changes(place.store, "ofac", first.id) == Changes(
        added=(), changed=("2",), removed=("3",)
    )
    history = [item["version"] for item in place.items() if item["pk"] == "lists#ofac"]
    assert len(history) == 3


def test_an_older_upload_never_comes_after_a_newer_one(place):
    version = load(place, uploaded_at=START + 5_000)

    with pytest.raises(OlderThanInForce):
        load(place, TWO, uploaded_at=START + 4_000)

    assert place.store.current() == {"ofac": version.id}


def test_a_newer_upload_of_the_same_keeps_out_those_in_between(place):
    version = load(place, uploaded_at=START + 1_000)
    rival = let_in(lambda: load(place, uploaded_at=START + 6_000))
    place.dynamodb.watch({1: rival})
    again = load(place, uploaded_at=START + 9_000)
    place.dynamodb.watch()

    assert (again.id, again.sequence) == (version.id, version.sequence)
    assert place.store.version("ofac").uploaded_at == START + 9_000
    with pytest.raises(OlderThanInForce):
        load(place, TWO, uploaded_at=START + 8_000)


def test_what_a_version_that_never_was_changed_cannot_be_asked(place):
    load(place)

    with pytest.raises(VersionUnknown):
        changes(place.store, "ofac", "0" * 64)


@pytest.mark.parametrize(
    ("files", "where"),
    [
        ({**TWO, "sdn.csv": TWO["sdn.csv"][:-9]}, "sdn.csv, line 3"),
        ({**TWO, "alt.csv": b'7,1,"aka","X",-0- '}, "alt.csv: entry 7"),
        ({**TWO, "add.csv": b""}, "add.csv is missing"),
        ({"sdn.csv": TWO["sdn.csv"]}, "is missing"),
    ],
)
def test_a_malformed_list_is_refused_and_the_old_version_stays_in_force(place, files, where):
    first = load(place)
    items = place.items()

    with pytest.raises(MalformedList, match=where):
        load(place, files)

    assert place.items() == items
    assert place.store.current() == {"ofac": first.id}


def test_a_list_of_an_unknown_source_is_refused(place):
    with pytest.raises(UnknownSource):
        load_list(place.store, "nobody", ONE, at=START)


def test_a_list_that_lacks_too_much_is_refused_unless_that_is_accepted(place):
    many = sdn(*((number, f"PERSON-{number}, Some") for number in range(1, 60)))
    few = sdn(*((number, f"PERSON-{number}, Some") for number in range(1, 40)))
    first = load(place, many)

    with pytest.raises(TooManyRemoved, match="20 of 59"):
        load(place, few)
    assert place.store.current() == {"ofac": first.id}

    accepted = load(place, few, accept_removals=True)
    assert place.store.current() == {"ofac": accepted.id}


@pytest.mark.parametrize("fault", [lose_request, lose_reply, kill_before, kill_after])
def test_whatever_is_lost_or_dies_the_next_try_leaves_what_one_would_have(place, fault):
    load(place)
    lists = [TWO, ONE, OTHER]
    for call in range(6):
        before = place.store.version("ofac")
        place.dynamodb.watch({call: fault})
        try:
            load(place, lists[call % 3])
        except (Fault, Killed):
            place.dynamodb.watch()
            load(place, lists[call % 3])
        place.dynamodb.watch()
        after = place.store.version("ofac")
        assert (after.previous, after.sequence) == (before.id, before.sequence + 1)
        assert changes(place.store, "ofac", after.id)
        assert len([item for item in place.items() if item["pk"] == "lists#ofac"]) == after.sequence


def test_of_two_at_once_one_is_first_and_the_other_is_compared_with_it(place):
    first = load(place)
    rivals = []
    place.dynamodb.watch({1: let_in(lambda: rivals.append(load(place, OTHER)))})

    mine = load(place, TWO)

    place.dynamodb.watch()
    assert rivals[0].previous == first.id
    assert mine.previous == rivals[0].id
    assert mine.sequence == 3
    assert changes(place.store, "ofac", mine.id).removed == ("9",)
    assert place.store.current() == {"ofac": mine.id}


def test_two_that_load_the_same_at_once_make_one_version(place):
    rivals = []
    place.dynamodb.watch({1: let_in(lambda: rivals.append(load(place)))})

    mine = load(place)

    assert mine == rivals[0]
    assert mine.sequence == 1


def test_a_loading_that_is_always_too_late_gives_up(place, monkeypatch):
    load(place)
    turns = iter([OTHER, ONE] * 9)
    monkeypatch.setattr(loading, "_ATTEMPTS", 3)
    rival = let_in(lambda: load(place, next(turns)))
    place.dynamodb.watch(every={"transact_write_items": rival})

    with pytest.raises(Contended):
        load(place, TWO)


def test_an_object_that_cannot_be_written_leaves_the_old_version_in_force(place):
    first = load(place)
    place.s3.trouble = ReadTimeoutError(endpoint_url="s3")

    with pytest.raises(Unavailable):
        load(place, TWO)

    place.s3.trouble = None
    assert place.store.current() == {"ofac": first.id}


def test_a_version_is_told_once_and_again_when_it_is_not_known_to_have_been(place):
    version, sent = load(place), []
    place.dynamodb.watch({0: lose_request})
    with pytest.raises(Unavailable):
        tell_once(place.store, version, sent.append, at=START)
    place.dynamodb.watch()

    tell_once(place.store, place.store.version("ofac"), sent.append, at=START)
    tell_once(place.store, place.store.version("ofac"), sent.append, at=START)

    assert sent == [version, version]


def test_telling_of_a_version_that_is_no_longer_in_force_harms_nothing(place):
    first, sent = load(place), []
    second = load(place, TWO)

    tell_once(place.store, first, sent.append, at=START)

    assert sent == [first]
    assert not place.store.version("ofac").told
    assert place.store.version("ofac") == second


def test_an_id_twice_no_entry_at_all_and_too_many_entries_are_refused(place, monkeypatch):
    header = b"id,schema,name,aliases,birth_date,countries,dataset\n"
    people = header + b"a,Person,A B,,,,x\nb,Person,B C,,,,x\n"
    with pytest.raises(MalformedList, match="no entry"):
        load_list(place.store, "pep", {"targets.simple.csv": header + b"a,Asset,A,,,,x"}, at=START)
    monkeypatch.setattr(loading, "MAX_ENTRIES", 1)
    with pytest.raises(ListTooLarge, match="more than 1 entries"):
        load_list(place.store, "pep", {"targets.simple.csv": people}, at=START)
    twice = b"""<CONSOLIDATED_LIST><INDIVIDUALS>
      <INDIVIDUAL><DATAID>1</DATAID><FIRST_NAME>A</FIRST_NAME></INDIVIDUAL>
      <INDIVIDUAL><DATAID>1</DATAID><FIRST_NAME>B</FIRST_NAME></INDIVIDUAL>
    </INDIVIDUALS></CONSOLIDATED_LIST>"""
    with pytest.raises(MalformedList, match="there twice"):
        load_list(place.store, "un", {"consolidated.xml": twice}, at=START)
    assert place.items() == []


def test_a_version_far_back_in_the_history_is_found(place, monkeypatch):
    from remit.screening import store as stores

    first = load(place)
    load(place, TWO)
    load(place, OTHER)
    monkeypatch.setattr(stores, "_PAGE", 1)

    assert place.store.past("ofac", first.id).sequence == 1
    monkeypatch.setattr(stores, "_MOST_HISTORY", 2)
    with pytest.raises(VersionUnknown):
        place.store.past("ofac", first.id)
