"""Two things wrong at once, in every pair that can be: the earlier in the list is what is heard."""

from collections.abc import Callable
from dataclasses import dataclass, field, replace
from itertools import combinations

import pytest

from remit.kernel.clock import DAY
from remit.kernel.money import MAX_AMOUNT
from remit.ledger import refusals
from remit.ledger.model import Rules, ruled
from remit.ledger.phases import LONGEST_HOLD, End, Hold, Operation, carry_out
from remit.ledger.refusals import PRECEDENCE
from tests.unit.ledger.books import START, Books, end, pay, transfer

SOON = START + 1_000


@dataclass
class Attempt:
    """What is about to be done to some books; spoilt by the table below."""

    books: Books = field(default_factory=Books)
    debtor: str = "ann"
    amount: int = 10
    more: dict = field(default_factory=dict)

    def rule(self, name, **rules):
        account = self.books.accounts[name]
        self.books.accounts[name] = replace(account, rules=replace(account.rules, **rules))

    def state(self, name, **state):
        self.books.accounts[name] = replace(self.books.accounts[name], **state)


ON_ACCOUNTS: dict[type, Callable[[Attempt], object]] = {
    refusals.CurrencyMismatch: lambda a: a.more.update(currency="USD"),
    refusals.AccountClosed: lambda a: a.rule("ben", closed=True),
    refusals.AccountFrozen: lambda a: a.rule("ben", frozen="credits"),
    refusals.InsufficientFunds: lambda a: a.state(a.debtor, credits_posted=0),
    refusals.LimitExceeded: lambda a: a.rule("ben", limit=1),
    refusals.BalanceTooLarge: lambda a: a.state(
        "ben", credits_posted=MAX_AMOUNT, debits_posted=MAX_AMOUNT
    ),
    refusals.ValueTimeOutOfRange: lambda a: a.more.update(value_at=START + 9_000 * DAY),
}


def books():
    made = Books()
    made.add("world", may_overdraw=True)
    for name in ("ann", "ben", "cid"):
        made.add(name)
    made.do(pay("in", "world", "ann", 100))
    return made


def pairs(table):
    ordered = [refusal for refusal in PRECEDENCE if refusal in table]
    assert len(ordered) == len(table)
    return [
        pytest.param(*pair, id=" before ".join(one.__name__ for one in pair))
        for pair in combinations(ordered, 2)
    ]


def heard(made: Books, operation: Operation):
    with pytest.raises(refusals.Refusal) as refused:
        made.do(operation)
    return type(refused.value)


@pytest.mark.parametrize(("first", "second"), pairs(ON_ACCOUNTS))
def test_what_accounts_do_not_allow_comes_in_order(first, second):
    for spoil in ((first,), (second,), (first, second), (second, first)):
        attempt = Attempt(books=books())
        for refusal in spoil:
            ON_ACCOUNTS[refusal](attempt)
        wanted = pay("p", attempt.debtor, "ben", attempt.amount, **attempt.more)
        assert heard(attempt.books, wanted) is (second if spoil == (second,) else first)


@pytest.mark.parametrize("later", ON_ACCOUNTS)
def test_that_it_exists_and_that_its_sides_are_one_come_before_what_accounts_allow(later):
    attempt = Attempt(books=books())
    attempt.books.do(pay("p", "ann", "ben", 1))
    ON_ACCOUNTS[later](attempt)
    again = pay("p", "ann", "ben", attempt.amount, **attempt.more)
    assert heard(attempt.books, again) is refusals.TransferConflict
    same = transfer("q", ("ben", -10), ("ben", 10), **attempt.more)
    assert heard(attempt.books, same) is refusals.SameAccount


def shared(name, **more):
    return transfer(name, ("ann", -20), ("ben", 10), ("cid", 10), **more)


def reversal(*legs, **more):
    return transfer("back", *legs, reverses="done", **more)


MIRROR = (("ann", 20), ("ben", -10), ("cid", -10))
LESS = (("ann", 10), ("ben", -5), ("cid", -5))
MORE = (("ann", 40), ("ben", -20), ("cid", -20))
WRONG_SIDES = (("ann", -20), ("ben", 10), ("cid", 10))

REVERSALS = {
    "a pending transfer, mirrored wrongly": (True, WRONG_SIDES, refusals.NothingPosted),
    "a pending transfer, in part": (True, LESS, refusals.NothingPosted),
    "a pending transfer, more than it": (True, MORE, refusals.NothingPosted),
    "wrong sides and a part": (
        False,
        (("ann", -10), ("ben", 5), ("cid", 5)),
        refusals.ReversalDiffers,
    ),
    "wrong sides and too much": (
        False,
        (("ann", -40), ("ben", 20), ("cid", 20)),
        refusals.ReversalDiffers,
    ),
    "of many legs, and too much": (False, MORE, refusals.PartOfManyLegs),
}


@pytest.mark.parametrize("case", REVERSALS)
@pytest.mark.parametrize("later", [None, *ON_ACCOUNTS])
def test_what_is_reversed_comes_before_what_accounts_allow(case, later):
    is_pending, legs, expected = REVERSALS[case]
    attempt = Attempt(books=books(), debtor="ben")
    original = shared("done")
    attempt.books.do(Hold(transfer=original, expires_at=SOON) if is_pending else original)
    if later is not None:
        ON_ACCOUNTS[later](attempt)
    assert heard(attempt.books, reversal(*legs, **attempt.more)) is expected


@pytest.mark.parametrize("later", ON_ACCOUNTS)
def test_that_too_much_is_taken_back_comes_before_what_accounts_allow(later):
    attempt = Attempt(books=books(), debtor="ben")
    attempt.books.do(pay("done", "ann", "ben", 5))
    ON_ACCOUNTS[later](attempt)
    back = pay("back", "ben", "ann", 6, reverses="done", **attempt.more)
    assert heard(attempt.books, back) is refusals.MoreThanPosted


ENDS: dict[str, tuple[End | None, End, type]] = {
    "posted, late": (end("held"), end("held", at=SOON), refusals.TransferPosted),
    "posted, too much": (end("held"), end("held", amount=21), refusals.TransferPosted),
    "posted, too early to expire": (end("held"), end("held", "expired"), refusals.TransferPosted),
    "voided, late": (end("held", "voided"), end("held", at=SOON), refusals.TransferVoided),
    "voided, too much": (end("held", "voided"), end("held", amount=21), refusals.TransferVoided),
    "expired, too much": (None, end("held", amount=21, at=SOON), refusals.TransferExpired),
    "expired, part of many": (None, end("held", amount=1, at=SOON), refusals.TransferExpired),
    "not pending, late": (None, end("in", at=SOON), refusals.NotPending),
    "not pending, too much": (None, end("in", amount=101), refusals.NotPending),
    "not pending, too early to expire": (None, end("in", "expired"), refusals.NotPending),
    "too early to expire": (None, end("held", "expired"), refusals.NotExpired),
    "too much of many legs": (None, end("held", amount=21), refusals.MoreThanHeld),
}


@pytest.mark.parametrize("case", ENDS)
def test_how_a_hold_stands_comes_before_what_is_asked_of_it(case):
    before, asked, expected = ENDS[case]
    made = books()
    made.do(Hold(transfer=shared("held"), expires_at=SOON))
    if before is not None:
        made.do(before)
    made.accounts["ben"] = replace(made.accounts["ben"], rules=Rules(frozen="both", closed=True))
    assert heard(made, asked) is expected


def test_what_is_named_must_be_there_in_all_operations_first():
    made = books()
    unknown, poor = end("nobody"), pay("p", "ben", "ann", 50)
    with pytest.raises(refusals.TransferNotFound):
        made.do(poor, unknown)


ENDLESS = START + LONGEST_HOLD + 1
HOLDS = {
    "over before it begins": (START, 0, refusals.ExpiryPassed),
    "over before what was swept": (SOON, SOON + 1, refusals.ExpiryPassed),
    "over before what was swept, and too long": (ENDLESS, ENDLESS + 1, refusals.ExpiryPassed),
    "too long": (ENDLESS, 0, refusals.ExpiryTooFar),
}


@pytest.mark.parametrize("case", HOLDS)
@pytest.mark.parametrize(
    "later", [one for one in ON_ACCOUNTS if one is not refusals.ValueTimeOutOfRange]
)
def test_how_long_a_hold_lasts_comes_before_what_accounts_allow(case, later):
    expires_at, swept, expected = HOLDS[case]
    attempt = Attempt(books=books())
    ON_ACCOUNTS[later](attempt)
    held = Hold(transfer=pay("p", "ann", "ben", 10, **attempt.more), expires_at=expires_at)
    with pytest.raises(expected):
        carry_out([held], {}, attempt.books.accounts, swept=swept)


def test_a_hold_may_end_in_the_first_minute_that_is_not_swept_yet():
    held = Hold(transfer=pay("p", "ann", "ben", 10), expires_at=SOON)

    assert len(carry_out([held], {}, books().accounts, swept=SOON)) == 1


@pytest.mark.parametrize("expires_at", [START, ENDLESS])
def test_that_it_exists_and_that_its_sides_are_one_come_before_how_long_a_hold_lasts(expires_at):
    made = books()
    again = Hold(transfer=pay("in", "world", "ann", 1), expires_at=expires_at)
    assert heard(made, again) is refusals.TransferConflict
    same = Hold(transfer=transfer("q", ("ben", -10), ("ben", 10)), expires_at=expires_at)
    assert heard(made, same) is refusals.SameAccount


def test_that_an_account_is_closed_comes_before_that_it_is_not_empty():
    full = books().accounts["ann"]
    closed = replace(full, rules=Rules(closed=True))
    for account, expected in (
        (full, refusals.AccountNotEmpty),
        (closed, refusals.AccountClosed),
    ):
        with pytest.raises(expected):
            ruled(account, Rules(closed=True), at=START)
