"""The ledger at its bounds: what just passes, what just does not, and what we say then."""

import pytest

from remit.kernel.clock import DAY
from remit.kernel.money import MAX_AMOUNT
from remit.ledger import refusals
from remit.ledger.model import (
    MOST_LEGS,
    Account,
    Leg,
    Rules,
    Transfer,
    between,
    day_after,
    day_ended,
    day_of,
    post,
    ruled,
)
from remit.ledger.phases import MOST_OPERATIONS, End, Hold, needed
from tests.unit.ledger.books import START, Books, end, pay, transfer

SOON = START + 1_000
TODAY = "2026-11-24"


@pytest.fixture
def books():
    """Ann has 100, Ben and Cid nothing; 40 of Ann's are held, for Ben and Cid in equal parts."""
    made = Books()
    made.add("world", may_overdraw=True)
    for name in ("ann", "ben", "cid"):
        made.add(name)
    made.do(pay("in", "world", "ann", 100))
    made.do(Hold(transfer=shared("held", 20), expires_at=SOON))
    return made


def shared(name, amount, **more):
    return transfer(name, ("ann", -2 * amount), ("ben", amount), ("cid", amount), **more)


def rule(books, name, **rules):
    books.accounts[name] = ruled(books.accounts[name], Rules(**rules), at=START)


def posted(books):
    return {name: books.accounts[name].posted for name in ("ann", "ben", "cid")}


# Legs, and how many.


def test_a_plain_transfer_debits_the_one_and_credits_the_other():
    assert between("ann", "ben", 5) == (
        Leg(account_id="ann", side="debit", amount=5),
        Leg(account_id="ben", side="credit", amount=5),
    )


def test_as_many_legs_as_there_may_be_are_carried_out(books):
    parts = [("ben", 1)] * (MOST_LEGS - 1)

    books.do(transfer("t", ("ann", -len(parts)), *parts))

    assert posted(books)["ben"] == MOST_LEGS - 1


@pytest.mark.parametrize(
    ("legs", "words"),
    [
        ([("ann", -5)], "a transfer has 2 to 20 legs"),
        ([("ann", -5), ("ben", 5), ("cid", 0)], "every leg moves a positive amount"),
        ([("ann", -5), ("ben", 4)], "debits and credits of a transfer are equal"),
    ],
)
def test_our_mistake_about_legs_is_named(books, legs, words):
    with pytest.raises(ValueError, match=f"^{words}$"):
        post(transfer("t", *legs), books.accounts)


@pytest.mark.parametrize("count", [1, MOST_OPERATIONS])
def test_a_commit_carries_out_from_one_to_twenty_operations(books, count):
    assert len(books.do(*[pay(f"p{n}", "ann", "ben", 1) for n in range(count)])) == count


@pytest.mark.parametrize("count", [0, MOST_OPERATIONS + 1])
def test_our_mistake_about_the_number_of_operations_is_named(books, count):
    with pytest.raises(ValueError, match=r"^a commit carries out 1 to 20 operations$"):
        books.do(*[pay(f"p{n}", "ann", "ben", 1) for n in range(count)])


# What holds when nothing is said.


def test_a_new_account_has_nothing_and_is_allowed_everything_but_to_overdraw():
    assert Account(tenant="acme", id="ann", currency="EUR") == Account(
        tenant="acme",
        id="ann",
        currency="EUR",
        may_overdraw=False,
        sequence=0,
        at=0,
        day="",
        debits_pending=0,
        debits_posted=0,
        credits_pending=0,
        credits_posted=0,
        rules=Rules(floor=0, limit=None, frozen="none", closed=False),
    )


def test_a_transfer_counts_from_its_booking_and_takes_nothing_back_unless_it_says_so():
    plain = Transfer(
        id="t", tenant="acme", currency="EUR", legs=between("ann", "ben", 5), kind="test",
        reference="t", by="ada", at=START,
    )  # fmt: skip

    assert (plain.value_at, plain.reverses) == (None, None)
    assert needed([plain]) == ()


def test_an_end_posts_the_whole_unless_it_names_a_part(books):
    books.do(End(transfer_id="held", tenant="acme", outcome="posted", by="ada", at=START))

    assert posted(books) == {"ann": 60, "ben": 20, "cid": 20}


# How much.


def test_an_account_may_be_raised_to_its_limit_and_no_further(books):
    rule(books, "ben", limit=30)  # 20 are announced to him

    books.do(pay("to the limit", "ann", "ben", 10))
    with pytest.raises(refusals.LimitExceeded):
        books.do(pay("past it", "ann", "ben", 1))


def test_an_account_below_its_floor_refuses_only_what_takes_it_lower(books):
    rule(books, "ben", floor=-10)
    books.do(pay("lent", "ben", "cid", 10))
    rule(books, "ben", floor=0)

    books.do(Hold(transfer=pay("announced", "ann", "ben", 5), expires_at=SOON))
    books.do(pay("back", "ann", "ben", 5))
    with pytest.raises(refusals.InsufficientFunds):
        books.do(pay("more", "ben", "cid", 1))


@pytest.mark.parametrize("side", ["debits", "credits"])
def test_what_is_booked_and_what_is_held_have_one_bound_together(books, side):
    state = {f"{side}_posted": MAX_AMOUNT - 9, f"{side}_pending": 5}
    books.add("full", may_overdraw=True, **state)
    more = pay("more", "full", "world", 5) if side == "debits" else pay("more", "world", "full", 5)

    with pytest.raises(refusals.BalanceTooLarge):
        books.do(more)

    less = pay("less", "full", "world", 4) if side == "debits" else pay("less", "world", "full", 4)
    books.do(less)
    assert getattr(books.accounts["full"], f"{side}_posted") == MAX_AMOUNT - 5


# Ends of holds.


@pytest.mark.parametrize("amount", [None, 40])
def test_a_hold_of_many_legs_is_posted_whole_leg_by_leg(books, amount):
    books.do(end("held", amount=amount))

    assert posted(books) == {"ann": 60, "ben": 20, "cid": 20}


@pytest.mark.parametrize("amount", [1, 30])
def test_a_plain_hold_is_posted_from_one_minor_unit_to_the_whole(books, amount):
    books.do(Hold(transfer=pay("plain", "ann", "ben", 30), expires_at=SOON))
    books.do(end("plain", amount=amount))

    assert posted(books) == {"ann": 100 - amount, "ben": amount, "cid": 0}


@pytest.mark.parametrize("amount", [0, -1])
def test_our_mistake_about_what_is_posted_is_named(books, amount):
    with pytest.raises(ValueError, match=r"^a posting moves a positive amount$"):
        books.do(end("held", amount=amount))


# Time.


@pytest.mark.parametrize("shift", [-31 * DAY, 0, 31 * DAY])
def test_a_value_time_may_lie_a_month_from_its_booking(books, shift):
    books.do(pay("p", "ann", "ben", 1, value_at=START + shift))

    assert posted(books)["ben"] == 1


def test_a_business_day_is_the_day_in_utc():
    assert day_of(START) == TODAY
    assert day_of(START - START % DAY - 1) == "2026-11-23"
    assert day_after("2028-02-28") == "2028-02-29"


def test_a_transfer_brings_an_account_to_its_day(books):
    books.do(pay("p", "ann", "ben", 1, at=START + DAY))

    days = {name: account.day for name, account in books.accounts.items()}
    assert days == {"world": TODAY, "ann": "2026-11-25", "ben": "2026-11-25", "cid": TODAY}


@pytest.mark.parametrize(
    "change",
    [
        lambda account, at: ruled(account, Rules(floor=-5), at=at),
        lambda account, at: day_ended(account, "2026-11-23", at=at),
    ],
    ids=["rules", "the end of a day"],
)
@pytest.mark.parametrize(("at", "booked"), [(START - 1, START), (START + 1, START + 1)])
def test_a_record_without_a_transfer_is_the_next_one_and_never_earlier(books, change, at, booked):
    before = books.accounts["ann"]

    after = change(before, at)

    assert (after.sequence, after.at, after.day) == (before.sequence + 1, booked, TODAY)
    assert after.available == before.available
