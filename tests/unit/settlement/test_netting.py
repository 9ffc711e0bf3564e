"""Members, positions and instructions: nothing depends on order, and nothing is lost."""

import random
from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from remit.settlement.model import MemberDiffers, Position
from remit.settlement.netting import (
    answered,
    belongs,
    instructions,
    members_of,
    positions,
    shortfall,
    together,
)
from remit.settlement.windows import window_at
from tests.unit.settlement.made import BRUSSELS, instant, member, schedule

WINDOW = window_at(schedule(), instant("2026-03-10T10:00", BRUSSELS))
BANKS = ("ours", "bank_b", "bank_c", "bank_d")
TRIANGLE = (
    member("a", "ours", "bank_b", 100),
    member("b", "bank_b", "bank_c", 70),
    member("c", "bank_c", "ours", 50),
)


def netted(found):
    return {position.participant: position.net for position in found}


@st.composite
def many(draw, most=40):
    pairs = st.sampled_from([(a, b) for a in BANKS for b in BANKS if a != b])
    drawn = draw(st.lists(st.tuples(pairs, st.integers(1, 10**6)), max_size=most))
    return [member(f"m{n}", *pair, amount) for n, (pair, amount) in enumerate(drawn)]


def test_a_member_belongs_to_the_window_of_its_rail_currency_and_instant():
    assert belongs(WINDOW, member("a"))
    assert belongs(WINDOW, member("a", at=WINDOW.opens_at))
    assert not belongs(WINDOW, member("a", at=WINDOW.opens_at - 1))
    assert belongs(WINDOW, member("a", at=WINDOW.closes_at - 1))
    assert not belongs(WINDOW, member("a", at=WINDOW.closes_at))
    assert not belongs(WINDOW, member("a", rail="fps_hk"))
    assert not belongs(WINDOW, member("a", currency="HKD"))


def test_a_member_told_twice_is_one_member():
    assert members_of(WINDOW, [*TRIANGLE, *reversed(TRIANGLE)]) == TRIANGLE
    assert positions([*TRIANGLE, TRIANGLE[0]]) == positions(TRIANGLE)


def test_a_member_told_twice_with_different_content_is_not_guessed_about():
    told = [TRIANGLE[0], replace(TRIANGLE[0], amount=101)]
    with pytest.raises(MemberDiffers, match="a is recorded"):
        members_of(WINDOW, told)
    with pytest.raises(MemberDiffers):
        positions(told)


def test_what_goes_round_in_a_circle_nets_out():
    assert positions(TRIANGLE) == (
        Position(participant="bank_b", currency="EUR", debits=70, credits=100),
        Position(participant="bank_c", currency="EUR", debits=50, credits=70),
        Position(participant="ours", currency="EUR", debits=100, credits=50),
    )
    assert netted(positions(TRIANGLE)) == {"bank_b": 30, "bank_c": 20, "ours": -50}


@given(many(), st.randoms(use_true_random=False))
def test_positions_sum_to_nothing_in_whatever_order(found, chance):
    shuffled = [*found, *chance.sample(found, len(found) // 2)]
    chance.shuffle(shuffled)
    assert positions(shuffled) == positions(found)
    assert sum(position.net for position in positions(found)) == 0
    assert sum(position.debits for position in positions(found)) == sum(m.amount for m in found)


def test_positions_of_two_currencies_are_kept_apart():
    mixed = [member("a", amount=5), member("b", "bank_b", "ours", 5, currency="HKD")]
    found = positions(mixed)
    assert [(each.currency, each.participant, each.net) for each in found] == [
        ("EUR", "bank_b", 5),
        ("EUR", "ours", -5),
        ("HKD", "bank_b", -5),
        ("HKD", "ours", 5),
    ]


@given(many(), st.integers(0, 40))
def test_positions_of_parts_add_up_to_those_of_the_whole(found, cut):
    assert together(positions(found[:cut]), positions(found[cut:])) == positions(found)


@pytest.mark.parametrize(
    ("debits", "available", "missing"), [(50, 50, 0), (50, 49, 1), (50, 0, 50), (0, 0, 0)]
)
def test_what_is_missing_is_what_is_owed_net_less_what_there_is(debits, available, missing):
    owing = Position(participant="ours", currency="EUR", debits=debits + 7, credits=7)
    assert shortfall(owing, available=available) == missing
    assert shortfall(replace(owing, credits=900), available=0) == 0


def test_net_instructions_take_from_those_who_owe_before_they_give():
    orders = instructions(WINDOW, TRIANGLE, mode="net", agent="central")
    assert [(order.debtor, order.creditor, order.amount) for order in orders] == [
        ("ours", "central", 50),
        ("central", "bank_b", 30),
        ("central", "bank_c", 20),
    ]
    assert {(order.window_id, order.currency, order.day) for order in orders} == {
        (WINDOW.id, "EUR", "2026-03-10")
    }


def test_gross_instructions_are_one_for_each_member():
    orders = instructions(WINDOW, TRIANGLE, mode="gross", agent="central")
    assert [(order.debtor, order.creditor, order.amount) for order in orders] == [
        ("ours", "bank_b", 100),
        ("bank_b", "bank_c", 70),
        ("bank_c", "ours", 50),
    ]


@given(many(), st.sampled_from(["net", "gross"]))
def test_instructions_settle_exactly_the_positions(found, mode):
    orders = instructions(WINDOW, found, mode=mode, agent="central")
    flows = dict.fromkeys(BANKS, 0) | {"central": 0}
    for order in orders:
        assert order.amount > 0
        flows[order.debtor] -= order.amount
        flows[order.creditor] += order.amount
    assert flows.pop("central") == 0
    assert {name: net for name, net in flows.items() if net} == {
        name: net for name, net in netted(positions(found)).items() if net
    }
    assert len({order.id for order in orders}) == len(orders)
    assert all(len(order.id) <= 35 for order in orders)


def test_instructions_have_the_same_ids_each_time_and_others_in_another_window():
    shuffled = random.Random(7).sample(TRIANGLE, 3)
    first = instructions(WINDOW, TRIANGLE, mode="net", agent="central")
    assert instructions(WINDOW, shuffled, mode="net", agent="central") == first
    other = window_at(schedule(), WINDOW.closes_at)
    moved = [replace(each, counted_at=WINDOW.closes_at) for each in TRIANGLE]
    second = instructions(other, moved, mode="net", agent="central")
    assert not {order.id for order in first} & {order.id for order in second}


def test_instructions_are_made_of_the_windows_own_members():
    with pytest.raises(ValueError, match="own members"):
        instructions(WINDOW, [member("a", at=WINDOW.closes_at)], mode="net", agent="central")
    with pytest.raises(ValueError, match="no position of its own"):
        instructions(WINDOW, TRIANGLE, mode="net", agent="bank_b")


def test_a_window_is_answered_when_every_instruction_is():
    orders = instructions(WINDOW, TRIANGLE, mode="net", agent="central")
    first, *others = (order.id for order in orders)
    yes = dict.fromkeys(others, "confirmed")
    assert answered(orders, {}) is None
    assert answered(orders, yes) is None
    assert answered(orders, yes | {first: "confirmed"}) == "confirmed"
    assert answered(orders, yes | {first: "rejected"}) == "failed_in_part"
    assert answered(orders, dict.fromkeys([first, *others], "rejected")) == "rejected"
    assert answered(orders, {first: "rejected"}) is None


def test_a_window_with_nothing_to_pay_is_confirmed():
    even = [member("a", amount=5), member("b", "bank_b", "ours", 5)]
    assert instructions(WINDOW, even, mode="net", agent="central") == ()
    assert answered((), {}) == "confirmed"
