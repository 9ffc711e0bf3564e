"""Rotation: old data opens and is found all the while; re-sealing can be killed anywhere."""

from typing import Any

import pytest

from remit.kernel.clock import HOUR, MINUTE, SECOND
from remit.store.item import integer
from remit.vault.index import READ_BEFORE_WRITTEN, stored
from remit.vault.reseal import Resealed, TooEarly, reseal
from remit.vault.rotate import RotationPending, rotate
from remit.vault.sdk import BRANCH_KEY_SECONDS
from tests.integration.cloud import kill_before, let_in, lose_reply
from tests.integration.vault.place import (
    IBAN,
    IBAN_FORM,
    START,
    erased,
    made,
    token,
    until_done,
)

NEVER = START + 10**12
OTHER = "DE89370400440532013000"


def passed(vault, *, most: int = 1_000, tenant: str = "acme") -> Resealed:
    """A whole pass, in as many slices as it takes."""
    for _ in range(50):
        found = reseal(vault.keys, tenant, by="ops", until=NEVER, most=most)
        if found.is_done:
            return found
    raise AssertionError("the pass never ended")


def wrapped(place) -> dict[str, Any]:
    return {
        item["pk"]: {name: one for name, one in item.items() if isinstance(one, bytes)}
        for item in place.items("SubjectKeys")
    }


def versions(vault) -> list[int]:
    return [each.version for each in stored(vault.keys, "acme")]


def test_after_a_rotation_of_the_branch_key_old_data_opens_and_new_is_under_the_new(place, vault):
    sealed = made(vault).seal("name", b"Ada")
    before = vault.keys.cipher.version("acme")
    rotated = rotate(vault.keys, "acme", "branch", by="ops")
    new = made(vault, "cus_2").seal("name", b"Bob")

    assert rotated.version != before
    assert rotated.version == vault.keys.cipher.version("acme")
    for each in (vault, place.process()):
        assert each.subject("acme", "cus_1").open("name", sealed) == b"Ada"
        assert each.subject("acme", "cus_2").open("name", new) == b"Bob"


def test_a_first_rotation_makes_the_first_key(vault):
    assert rotate(vault.keys, "acme", "branch", by="ops").version


def test_re_sealing_wraps_every_key_anew_and_data_opens_as_before(place, vault):
    sealed = {name: made(vault, name).seal("name", b"x") for name in ("cus_1", "cus_2", "cus_3")}
    token(vault, vault.subject("acme", "cus_1"))
    made(vault, tenant="other")
    erased(vault, "cus_3", keep_until=START + 100 * HOUR)
    before = wrapped(place)
    rotate(vault.keys, "acme", "branch", by="ops")
    with pytest.raises(TooEarly):
        passed(vault)
    place.clock.now += BRANCH_KEY_SECONDS * SECOND
    found = passed(vault)
    after = wrapped(place)

    assert (found.rewrapped, found.moved, found.broken) == (3, 0, 0)
    assert before.keys() == after.keys()
    for pk, keys in after.items():
        assert keys.keys() == before[pk].keys()
        changed = all(keys[name] != before[pk][name] for name in keys)
        assert changed == pk.startswith("acme#")
    reader = place.process()
    for name in ("cus_1", "cus_2"):
        assert reader.subject("acme", name).open("name", sealed[name]) == b"x"
    assert reader.find("acme", "iban", IBAN)


def test_values_are_found_at_every_moment_of_a_rotation_of_the_index_key(place, vault):
    first = token(vault, made(vault))
    settled_reader = place.process()
    rotated = rotate(vault.keys, "acme", "index", by="ops")
    assert (rotated.version, rotated.reseal_from) == ("2", START + 2 * READ_BEFORE_WRITTEN)

    tokens = [first]
    for number, moment in enumerate((0, HOUR - 1, HOUR, HOUR + MINUTE, 2 * HOUR)):
        place.clock.now = START + moment
        writer = place.process()
        tokens.append(token(writer, made(writer, f"cus_1{number}")))
        expected = tuple(sorted(each.id for each in tokens))
        for reader in (settled_reader, writer, place.process()):
            assert reader.find("acme", "iban", IBAN) == expected
        # And still each subject has one token for a value.
        assert writer.tokenise(vault.subject("acme", "cus_1"), "iban", IBAN, at=0, by="x") == (
            first,
            [],
        )
    found = passed(vault)
    assert (found.moved, found.destroyed) == (3, (1,))
    assert place.process().find("acme", "iban", IBAN) == expected
    assert versions(vault) == [2]
    assert {item["index_version"] for item in place.items("Vault") if "index_version" in item} == {
        2
    }


def test_the_old_index_key_stays_while_something_may_be_written_under_it(place, vault):
    token(vault, made(vault))
    rotate(vault.keys, "acme", "index", by="ops")

    for moment in (0, READ_BEFORE_WRITTEN, 2 * READ_BEFORE_WRITTEN - 1):
        place.clock.now = START + moment
        with pytest.raises(TooEarly):
            reseal(vault.keys, "acme", by="ops", until=NEVER, most=100)
        assert versions(vault) == [1, 2]


def test_index_keys_are_rotated_one_after_the_other_and_are_few(place, vault, monkeypatch):
    monkeypatch.setattr("remit.vault.rotate.MOST_VERSIONS", 2)
    rotate(vault.keys, "acme", "index", by="ops")
    with pytest.raises(RotationPending, match="not written"):
        rotate(vault.keys, "acme", "index", by="ops")
    place.clock.now += READ_BEFORE_WRITTEN
    with pytest.raises(RotationPending, match="re-seal"):
        rotate(vault.keys, "acme", "index", by="ops")
    place.clock.now += READ_BEFORE_WRITTEN
    assert passed(vault).destroyed == (1,)
    assert rotate(vault.keys, "acme", "index", by="ops").version == "3"


def test_a_pass_of_a_tenant_without_anything_does_nothing(vault):
    assert passed(vault) == Resealed(
        is_done=True, rewrapped=0, moved=0, broken=0, destroyed=()
    )  # fmt: skip


def test_a_slice_does_about_as_much_as_it_is_told_and_stops_in_time(place, vault, monkeypatch):
    monkeypatch.setattr("remit.vault.reseal._PAGE", 2)
    for number in range(5):
        made(vault, f"cus_{number}")
    place.clock.now += HOUR

    assert reseal(vault.keys, "acme", by="ops", until=place.clock.now, most=9).rewrapped == 0
    counts = []
    for _ in range(3):
        found = reseal(vault.keys, "acme", by="ops", until=NEVER, most=2)
        counts.append((found.rewrapped, found.is_done))
    assert counts[0][0] < counts[2][0] <= 5
    assert not counts[0][1]
    assert passed(vault, most=2).rewrapped == 5


def test_what_is_broken_is_counted_and_keeps_the_old_index_key(place, vault):
    subject = made(vault)
    found = token(vault, subject)
    token(vault, subject, OTHER)
    made(vault, "cus_2")
    key = {"pk": {"S": f"acme#token#{found.id}"}, "sk": {"S": "token"}}
    place.services["dynamodb"].update_item(
        TableName="Vault",
        Key=key,
        UpdateExpression="SET sealed = :s",
        ExpressionAttributeValues={":s": {"B": b"not sealed"}},
    )
    place.services["dynamodb"].update_item(
        TableName="SubjectKeys",
        Key={"pk": {"S": "acme#subject#cus_2"}, "sk": {"S": "keys"}},
        UpdateExpression="SET subject_key = :s",
        ExpressionAttributeValues={":s": {"B": b"not wrapped"}},
    )
    rotate(vault.keys, "acme", "index", by="ops")
    place.clock.now += 2 * READ_BEFORE_WRITTEN

    assert passed(place.process()) == Resealed(
        is_done=True, rewrapped=1, moved=1, broken=2, destroyed=()
    )
    assert versions(vault) == [1, 2]


FAULTS = [lose_reply, kill_before]


@pytest.mark.parametrize("fault", FAULTS)
@pytest.mark.parametrize("place", ["fake"], indirect=True)
def test_a_pass_killed_at_any_call_is_resumed_and_comes_to_the_same(place, fault):
    calls = _disturbed(place, None)
    assert calls > 20

    for call in range(calls):
        _disturbed(place, {call: fault})


def _disturbed(place, plan) -> int:
    place.reset()
    place.clock.now = START
    vault = place.process()
    sealed = {}
    for name in ("cus_1", "cus_2"):
        subject = made(vault, name)
        sealed[name] = subject.seal("name", name.encode())
        token(vault, subject)
    rotate(vault.keys, "acme", "index", by="ops")
    place.clock.now += 2 * READ_BEFORE_WRITTEN
    before = wrapped(place)
    place.dynamodb.watch(plan)
    until_done(lambda: passed(place.process(), most=1))
    calls = len(place.dynamodb.calls)
    place.dynamodb.watch()

    after = wrapped(place)
    for name, content in sealed.items():
        pk = f"acme#subject#{name}"
        assert all(after[pk][key] != before[pk][key] for key in before[pk])
        assert place.process().subject("acme", name).open("name", content) == name.encode()
    assert versions(vault) == [2]
    assert len(place.process().find("acme", "iban", IBAN)) == 2
    assert sum("#index#" in item["pk"] for item in place.items("Vault")) == 2
    assert not any(item["sk"] == "cursor" for item in place.items("Vault"))
    return calls


def test_a_subject_erased_during_a_pass_stays_erased(place, vault):
    token(vault, made(vault))
    rival = place.process()
    rotate(vault.keys, "acme", "index", by="ops")
    place.clock.now += 2 * READ_BEFORE_WRITTEN
    world = place.world()
    place.dynamodb.watch()
    passed(place.process())
    calls = len(place.dynamodb.calls)

    for call in range(calls):
        place.reset(world)
        place.dynamodb.watch({call: let_in(lambda: erased(rival, keep_until=None))})
        passed(place.process())
        place.dynamodb.watch()
        assert not any("subject_key" in item for item in place.items("SubjectKeys"))
        assert place.process().find("acme", "iban", IBAN_FORM) == (), call
        assert not any("#index#" in item["pk"] for item in place.items("Vault")), call


def test_a_rotation_is_recorded_with_who_and_when(place, vault):
    rotate(vault.keys, "acme", "branch", by="ops")
    (record,) = (item for item in place.items("Vault") if item["sk"] == "rotated#branch")

    assert record["by"] == "ops"
    assert integer(record, "reseal_from") == START + BRANCH_KEY_SECONDS * SECOND
