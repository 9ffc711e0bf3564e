"""Two-phase, linked and reversing transfers, and the rules of accounts: each refusal by name."""

from dataclasses import replace

import pytest

from remit.kernel.clock import DAY
from remit.kernel.money import MAX_AMOUNT
from remit.ledger import refusals
from remit.ledger.model import MOST_LEGS, Rules, day_ended, ruled
from remit.ledger.phases import LONGEST_HOLD, Hold, Recorded, check_by_hand
from tests.unit.ledger.books import START, Books, end, pay, transfer

SOON = START + 1_000


@pytest.fixture
def books():
    """Ann has 100, Ben and Cid nothing; the world may overdraw; 40 of Ann's are held for Ben."""
    made = Books()
    made.add("world", may_overdraw=True)
    for name in ("ann", "ben", "cid"):
        made.add(name)
    made.add("yen", currency="JPY")
    made.do(pay("in", "world", "ann", 100))
    made.do(Hold(transfer=pay("held", "ann", "ben", 40), expires_at=SOON))
    return made


def rule(books, name, **rules):
    books.accounts[name] = ruled(books.accounts[name], Rules(**rules), at=START)


def figures(books, name):
    account = books.accounts[name]
    return account.available, account.pending, account.posted


def test_a_hold_lowers_what_is_available_and_nothing_else(books):
    assert figures(books, "ann") == (60, -40, 100)
    assert figures(books, "ben") == (0, 40, 0)


@pytest.mark.parametrize(
    ("how", "ann", "ben"),
    [
        (end("held"), (60, 0, 60), (40, 0, 40)),
        (end("held", amount=15), (85, 0, 85), (15, 0, 15)),
        (end("held", "voided"), (100, 0, 100), (0, 0, 0)),
        (end("held", "expired", at=SOON), (100, 0, 100), (0, 0, 0)),
        (end("held", at=SOON - 1), (60, 0, 60), (40, 0, 40)),
    ],
    ids=["whole", "part", "voided", "expired", "at the last moment"],
)
def test_a_hold_ends_whole_in_part_or_not_at_all(books, how, ann, ben):
    books.do(how)
    assert (figures(books, "ann"), figures(books, "ben")) == (ann, ben)


FIRST = {"posted": "TransferPosted", "voided": "TransferVoided", "expired": "TransferExpired"}


@pytest.mark.parametrize("first", FIRST)
@pytest.mark.parametrize("second", FIRST)
def test_a_hold_ends_once(books, first, second):
    books.do(end("held", first, at=SOON if first == "expired" else START))
    before = dict(books.accounts)
    with pytest.raises(refusals.Refusal) as refused:
        books.do(end("held", second, at=START if second != "expired" else SOON))
    assert type(refused.value).__name__ == FIRST[first]
    assert books.accounts == before


def test_linked_operations_on_one_hold_end_it_once(books):
    with pytest.raises(refusals.TransferPosted):
        books.do(end("held", amount=10), end("held", amount=10))
    assert figures(books, "ann") == (60, -40, 100)


def test_linked_transfers_succeed_or_fail_together(books):
    before = dict(books.accounts)
    with pytest.raises(refusals.InsufficientFunds):
        books.do(pay("p", "ann", "ben", 60), pay("fee", "ann", "cid", 1))
    assert books.accounts == before
    first, fee = books.do(pay("p", "ann", "ben", 59), pay("fee", "ann", "cid", 1))
    assert first.after[0].sequence + 1 == fee.after[0].sequence


def test_legs_on_one_account_are_one_effect(books):
    (step,) = books.do(
        transfer("t", ("ann", -30), ("ben", 20), ("ann", 10), ("cid", -5), ("cid", 5))
    )
    assert [(one.account_id, one.side, one.amount) for one in step.effects] == [
        ("ann", "debit", 20),
        ("ben", "credit", 20),
    ]


def test_a_reversal_takes_back_in_parts_and_never_more(books):
    books.do(pay("p", "ann", "ben", 50))
    books.do(pay("back", "ben", "ann", 30, reverses="p"))
    with pytest.raises(refusals.MoreThanPosted):
        books.do(pay("more", "ben", "ann", 21, reverses="p"))
    books.do(pay("rest", "ben", "ann", 20, reverses="p"))
    assert (books.recorded["p"].reversed, books.recorded["p"].reversals) == (50, 2)


def test_a_part_that_was_posted_is_all_that_can_be_reversed(books):
    books.do(end("held", amount=15))
    with pytest.raises(refusals.MoreThanPosted):
        books.do(pay("back", "ben", "ann", 16, reverses="held"))


def many(name, amount, *, of="p", sign=1):
    reverses = of if name != of else None
    return transfer(
        name, ("ann", -2 * amount * sign), ("ben", amount * sign), ("cid", amount * sign),
        reverses=reverses,
    )  # fmt: skip


def hold_many(books):
    books.do(Hold(transfer=many("p", 10), expires_at=SOON))


def post_many(books):
    books.do(many("p", 10))


def nothing(_):
    pass


def freeze(name, side):
    return lambda books: rule(books, name, frozen=side)


def close(books):
    rule(books, "cid", closed=True)


def limit(books):
    rule(books, "ben", limit=49)


def fill(books):
    books.add("moon", may_overdraw=True)
    books.do(pay("much", "moon", "cid", MAX_AMOUNT - 50))


def other(*, at=START, **more):
    return pay("new", more.pop("debtor", "ann"), more.pop("creditor", "cid"), 10, at=at, **more)


TABLE = {
    "TransferConflict": (nothing, pay("held", "ann", "ben", 999)),
    "TransferNotFound": (nothing, end("nowhere")),
    "TransferNotFound by a reversal": (nothing, other(reverses="nowhere")),
    "NotPending": (nothing, end("in", amount=999)),
    "TransferPosted": (lambda b: b.do(end("held")), end("held", amount=999)),
    "TransferVoided": (lambda b: b.do(end("held", "voided")), end("held", at=SOON)),
    "TransferExpired": (nothing, end("held", at=SOON, amount=999)),
    "TransferExpired on voiding": (nothing, end("held", "voided", at=SOON)),
    "NotExpired": (nothing, end("held", "expired", at=SOON - 1)),
    "MoreThanHeld": (nothing, end("held", amount=41)),
    "NothingPosted": (nothing, pay("back", "ben", "ann", 999, reverses="held")),
    "ReversalDiffers": (nothing, pay("back", "ann", "ben", 999, reverses="in")),
    "ReversalDiffers by direction": (nothing, pay("back", "world", "ann", 1, reverses="in")),
    "PartOfManyLegs": (hold_many, end("p", amount=19)),
    "PartOfManyLegs reversed": (post_many, many("back", 9, sign=-1)),
    "MoreThanPosted": (nothing, pay("back", "ann", "world", 101, reverses="in")),
    "ExpiryPassed": (nothing, Hold(transfer=other(debtor="yen"), expires_at=START)),
    "ExpiryTooFar": (
        nothing,
        Hold(transfer=other(debtor="yen"), expires_at=START + LONGEST_HOLD + 1),
    ),
    "SameAccount": (nothing, transfer("t", ("ann", -5), ("ann", 5))),
    "CurrencyMismatch": (close, other(debtor="yen")),
    "AccountClosed": (close, other(debtor="ben")),
    "AccountFrozen": (freeze("ben", "debits"), other(debtor="ben")),
    "AccountFrozen for credits": (freeze("cid", "both"), other()),
    "InsufficientFunds": (limit, pay("new", "cid", "ben", 10)),
    "LimitExceeded": (limit, pay("new", "ann", "ben", 10)),
    "BalanceTooLarge": (fill, pay("new", "ann", "cid", 51)),
    "ValueTimeOutOfRange": (nothing, other(value_at=START + 31 * DAY + 1)),
    "ValueTimeOutOfRange before": (nothing, other(value_at=START - 31 * DAY - 1)),
}


@pytest.mark.parametrize("case", TABLE)
def test_every_refusal_is_exact_and_changes_nothing(books, case):
    prepare, operation = TABLE[case]
    prepare(books)
    before = dict(books.accounts)
    with pytest.raises(refusals.Refusal) as refused:
        books.do(operation)
    assert type(refused.value).__name__ == case.split()[0]
    assert books.accounts == before


def test_the_table_walks_the_closed_list():
    elsewhere = {"AccountNotFound", "AccountNotEmpty", "OwnedElsewhere", "MoreThanOneCommit"}
    named = {refusal.__name__ for refusal in refusals.PRECEDENCE}
    assert {case.split()[0] for case in TABLE} | elsewhere == named


@pytest.mark.parametrize("lasts", [1, LONGEST_HOLD])
def test_a_hold_may_last_from_a_millisecond_to_366_days(books, lasts):
    books.do(Hold(transfer=other(), expires_at=START + lasts))
    assert figures(books, "cid") == (0, 10, 0)


def test_a_reversal_is_not_held(books):
    back = pay("back", "ann", "world", 5, reverses="in")
    with pytest.raises(ValueError, match=r"^a reversal is not held$"):
        books.do(Hold(transfer=back, expires_at=SOON))


def owned(kind):
    return Recorded(transfer=replace(pay("p", "ann", "ben", 1), kind=kind), expires_at=SOON)


@pytest.mark.parametrize("kind", ["payment", "deposit", "transfer", "hold", "reversal"])
def test_what_is_owned_elsewhere_is_not_ended_or_taken_back_by_hand(kind):
    known = {"p": owned(kind)}
    back = pay("back", "ben", "ann", 1, reverses="p")
    for operation, mine in ((end("p"), kind == "hold"), (back, kind != "payment")):
        if mine:
            check_by_hand([operation], known)
        else:
            with pytest.raises(refusals.OwnedElsewhere):
                check_by_hand([pay("new", "ann", "ben", 1), operation], known)


def test_a_frozen_account_still_lets_a_hold_end(books):
    rule(books, "ann", frozen="both")
    rule(books, "ben", frozen="both", limit=0)
    books.do(end("held"))
    assert figures(books, "ben") == (40, 0, 40)


def test_an_account_closes_only_empty_and_for_ever(books):
    for name in ("ann", "ben"):
        with pytest.raises(refusals.AccountNotEmpty):
            rule(books, name, closed=True)
    rule(books, "cid", closed=True)
    with pytest.raises(refusals.AccountClosed):
        rule(books, "cid", closed=False)


def test_a_floor_is_how_far_below_zero_an_account_may_go(books):
    rule(books, "cid", floor=-10)
    books.do(pay("p", "cid", "ben", 10))
    with pytest.raises(refusals.InsufficientFunds):
        books.do(pay("q", "cid", "ben", 1))


def test_after_a_days_end_everything_is_booked_on_a_later_day_on_both_sides(books):
    books.accounts["ann"] = day_ended(books.accounts["ann"], "2026-11-24", at=START)
    (step,) = books.do(pay("late", "ann", "ben", 1))
    assert {account.day for account in step.after} == {"2026-11-25"}
    (after,) = books.do(pay("later", "ben", "cid", 1))
    assert {account.day for account in after.after} == {"2026-11-25"}


@pytest.mark.parametrize(
    "legs",
    [
        [("ann", -5), ("ben", 4)],
        [("ann", -5)],
        [("ann", 0), ("ben", 0)],
        [("ann", -MOST_LEGS), *[("ben", 1)] * MOST_LEGS],
    ],
)
def test_what_is_no_transfer_is_a_mistake_of_ours(books, legs):
    with pytest.raises(ValueError, match=r"leg|equal"):
        books.do(transfer("t", *legs))
