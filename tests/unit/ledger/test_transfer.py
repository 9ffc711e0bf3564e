"""Money moved by hand, without a database: what takes a transfer back, and what is answered."""

import pytest

from remit.ledger.phases import Hold, Recorded, Resolution, Step
from remit.ledger.transfer import _left_by, mirrored
from tests.unit.ledger.books import START, end, pay, transfer

TWO = Recorded(transfer=pay("p", "ann", "ben", 50), reversed=20, reversals=1)
MANY = Recorded(transfer=transfer("p", ("ann", -30), ("ben", 20), ("cid", 10)))


def signed(legs):
    return [(leg.account_id, leg.amount if leg.side == "credit" else -leg.amount) for leg in legs]


@pytest.mark.parametrize(
    ("amount", "moved"), [(None, 30), (1, 1), (30, 30), (31, 31), (2**53 - 1, 2**53 - 1)]
)
def test_of_two_legs_the_amount_is_taken_back_or_all_that_is_left(amount, moved):
    assert signed(mirrored(TWO, amount)) == [("ann", moved), ("ben", -moved)]


def test_where_nothing_is_left_the_whole_is_asked_for_so_that_the_ledger_refuses_it():
    all_back = Recorded(transfer=TWO.transfer, reversed=50, reversals=2)
    pending = Recorded(transfer=TWO.transfer, expires_at=START + 9)
    for found in (all_back, pending):
        assert signed(mirrored(found, None)) == [("ann", 50), ("ben", -50)]


def test_of_a_hold_what_was_posted_is_left():
    found = Recorded(
        transfer=TWO.transfer,
        expires_at=START + 9,
        resolution=Resolution(outcome="posted", amount=15),
    )
    assert signed(mirrored(found, None)) == [("ann", 15), ("ben", -15)]


@pytest.mark.parametrize("amount", [None, 30])
def test_many_legs_are_taken_back_as_they_were(amount):
    assert signed(mirrored(MANY, amount)) == [("ann", 30), ("ben", -20), ("cid", -10)]


@pytest.mark.parametrize("amount", [1, 29, 31])
def test_a_part_of_many_legs_is_even_and_not_what_they_were(amount):
    legs = mirrored(MANY, amount)
    assert sum(amount for _, amount in signed(legs)) == 0
    assert signed(legs) != signed(mirrored(MANY, None))


def test_what_is_answered_is_the_transfer_as_it_will_be_read():
    split = transfer("t", ("ann", -30), ("ben", 20), ("ann", 10))
    made = _left_by(Step(operation=split, effects=(), after=()))
    assert signed(made.transfer.legs) == [("ann", -20), ("ben", 20)]
    held = _left_by(Step(operation=Hold(transfer=split, expires_at=9), effects=(), after=()))
    assert (held.expires_at, held.posted) == (9, 0)
    ended = Step(operation=end("t"), effects=(), after=(), touched=TWO)
    assert _left_by(ended) is TWO


def test_an_end_of_nothing_is_a_mistake_of_ours():
    with pytest.raises(ValueError, match="ends a transfer"):
        _left_by(Step(operation=end("t"), effects=(), after=()))
