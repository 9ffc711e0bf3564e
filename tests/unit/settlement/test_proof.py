"""One hash for one window, whatever order, and the first difference by name."""

import hashlib
import json
import random
from dataclasses import asdict, replace

import pytest

from remit.kernel.clock import HOUR, MINUTE
from remit.settlement.model import Position
from remit.settlement.proof import PARTS, combined, part, part_of, proof, verify
from remit.settlement.windows import counted_at, window_at
from tests.unit.settlement.made import edition, member, schedule
from tests.unit.settlement.test_netting import BANKS, WINDOW

PLAN = schedule()


def payments(count, chance):
    """Members of this window and of its neighbours, as they would be recorded."""
    return [
        member(
            f"pay_{number}",
            *chance.sample(BANKS, 2),
            chance.randint(1, 10**6),
            at=WINDOW.opens_at + chance.randint(-6 * HOUR, 30 * HOUR),
        )
        for number in range(count)
    ]


EVENTS = payments(120, random.Random(1))
PROOF = proof(WINDOW, EVENTS)


def test_shuffled_delayed_and_repeated_a_thousand_ways_the_events_give_one_hash():
    chance, hashes, counts = random.Random(2), set(), set()
    for _ in range(1_000):
        # Each event comes late by a time of its own, some of them more than once.
        told = [*EVENTS, *chance.choices(EVENTS, k=chance.randint(0, 60))]
        told.sort(key=lambda event: event.counted_at + chance.randint(0, 48 * HOUR))
        found = proof(WINDOW, told)
        hashes.add(found.hash)
        counts.add(found.count)
    assert hashes == {PROOF.hash}
    assert counts == {sum(WINDOW.opens_at <= each.counted_at < WINDOW.closes_at for each in EVENTS)}


def test_parts_computed_side_by_side_give_the_hash_of_the_whole():
    numbers = random.Random(3).sample(range(PARTS), PARTS)
    parts = [part(WINDOW, number, EVENTS) for number in numbers]
    assert combined(WINDOW, parts, mode="net") == PROOF
    assert sum(each.count for each in parts) == PROOF.count
    assert len({part_of(each.id) for each in EVENTS}) > PARTS // 2


def hashed(content):
    """SHA-256 over canonical JSON and its length, without any of our code."""
    raw = json.dumps(content, sort_keys=True, separators=(",", ":")).encode()
    return hashlib.sha256(len(raw).to_bytes(8, "big") + raw).hexdigest()


def test_anyone_can_compute_the_hash_with_what_every_language_has():
    told = [asdict(member("a", amount=5)), asdict(member("b", "bank_b", "ours", 3))]
    number = {each["id"]: hashlib.sha256(each["id"].encode()).digest()[0] % 64 for each in told}
    of_part = [[each for each in told if number[each["id"]] == place] for place in range(64)]
    content = {
        "window": asdict(WINDOW),
        "mode": "net",
        "parts": [[len(each), hashed(each)] for each in of_part],
        "positions": [
            {"participant": "bank_b", "currency": "EUR", "debits": 3, "credits": 5},
            {"participant": "ours", "currency": "EUR", "debits": 5, "credits": 3},
        ],
    }
    members = [member("b", "bank_b", "ours", 3), member("a", amount=5)]
    assert proof(WINDOW, members).hash == hashed(content)


def test_every_part_is_needed_and_once():
    parts = list(PROOF.parts)
    for wrong in (parts[1:], [*parts, parts[0]], [parts[0], *parts[:-1]]):
        with pytest.raises(ValueError, match="each once"):
            combined(WINDOW, wrong, mode="net")


def test_positions_of_a_proof_sum_to_nothing():
    assert sum(position.net for position in PROOF.positions) == 0
    assert [position.participant for position in PROOF.positions] == sorted(BANKS)


def test_an_empty_window_has_a_hash_too():
    empty = proof(WINDOW, [])
    assert (empty.count, empty.positions) == (0, ())
    assert empty.hash != proof(replace(WINDOW, id="win_other"), []).hash
    assert empty.hash != proof(WINDOW, [], mode="gross").hash
    assert verify(empty, []) is None


@pytest.mark.parametrize(
    "change",
    [
        {"amount": 1},
        {"payer": "bank_x"},
        {"payee": "bank_x"},
        {"held_on": "there"},
        {"is_void": True},
        {"id": "pay_x"},
        {"counted_at": WINDOW.opens_at},
    ],
)
def test_whatever_changes_in_a_member_changes_the_hash(change):
    inside = next(e for e in EVENTS if WINDOW.opens_at < e.counted_at < WINDOW.closes_at)
    changed = [replace(each, **change) if each == inside else each for each in EVENTS]
    assert proof(WINDOW, changed).hash != PROOF.hash
    assert verify(PROOF, changed) is not None


def test_a_window_that_is_as_claimed_verifies():
    assert verify(PROOF, EVENTS) is None
    assert verify(PROOF, reversed(EVENTS), window=WINDOW, members=EVENTS) is None
    assert verify(PROOF, iter(EVENTS), window=window_at(PLAN, WINDOW.opens_at)) is None


def test_a_window_of_other_tables_is_named_by_the_first_fact_that_differs():
    other = window_at(schedule(edition("17:00", grace=2 * MINUTE)), WINDOW.opens_at)
    found = verify(PROOF, EVENTS, window=other)
    assert (found.what, found.claimed, found.found) == ("id", WINDOW.id, other.id)
    moved = replace(WINDOW, closes_at=WINDOW.closes_at + 1, day="2026-03-11")
    assert verify(PROOF, EVENTS, window=moved).what == "closes_at"


def test_a_missing_member_is_named_where_the_claimed_ones_are_kept_and_its_part_where_not():
    inside = next(e for e in EVENTS if WINDOW.opens_at < e.counted_at < WINDOW.closes_at)
    fewer = [each for each in EVENTS if each != inside]
    named = verify(PROOF, fewer, members=EVENTS)
    assert (named.what, named.found) == (f"member {inside.id}", "nothing")
    assert f'"amount":{inside.amount}' in named.claimed
    where = verify(PROOF, fewer)
    count = PROOF.parts[part_of(inside.id)].count
    assert where.what == f"part {part_of(inside.id)}"
    assert where.claimed.startswith(f"{count} members, ")
    assert where.found.startswith(f"{count - 1} members, ")


def test_a_member_too_many_is_named():
    more = [*EVENTS, member("pay_new", at=WINDOW.opens_at)]
    named = verify(PROOF, more, members=EVENTS)
    assert (named.what, named.claimed) == ("member pay_new", "nothing")


def test_a_member_told_in_two_ways_is_a_difference_and_no_crash():
    inside = next(e for e in EVENTS if WINDOW.opens_at < e.counted_at < WINDOW.closes_at)
    found = verify(PROOF, [*EVENTS, replace(inside, amount=inside.amount + 1)])
    assert found.what == "members"
    assert inside.id in found.found


def test_a_claim_that_was_tampered_with_is_seen_whatever_is_touched():
    first, *others = PROOF.positions
    raised = replace(first, credits=first.credits + 1)
    parts, (number, full) = (
        PROOF.parts,
        next((each.number, each) for each in PROOF.parts if each.count > 1),
    )
    wrong = (
        replace(full, positions=full.positions[::-1]),
        replace(full, positions=full.positions[1:]),
        replace(full, number=77),
    )
    claims = {
        f"position of {first.participant}": replace(PROOF, positions=(raised, *others)),
        "position of zz": replace(
            PROOF,
            positions=(
                *PROOF.positions,
                Position(participant="zz", currency="EUR", debits=0, credits=0),
            ),
        ),
        "hash": replace(PROOF, hash="0" * 64),
        "parts": replace(PROOF, parts=parts[:-1]),
    }
    for what, claim in claims.items():
        assert verify(claim, EVENTS).what == what
    for each in wrong:
        changed = tuple(each if place == number else one for place, one in enumerate(parts))
        assert verify(replace(PROOF, parts=changed), EVENTS) is not None


def test_a_late_payment_has_its_window_from_what_its_commit_stored():
    # Accepted before the end, committed after the seal: it is in the next window, however often
    # and in whatever order both windows are computed.
    accepted = WINDOW.closes_at - 1
    late = member("late", at=counted_at(accepted, sealed_until=WINDOW.closes_at))
    following = window_at(PLAN, WINDOW.closes_at)
    assert proof(WINDOW, [*EVENTS, late]).hash == PROOF.hash
    assert proof(following, [late, *EVENTS]).count == proof(following, EVENTS).count + 1
