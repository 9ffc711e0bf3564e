"""Lines to be matched, the matches and breaks that are found, and bank statements. Pure.

Two relations are looked at: `books` holds payments against the ledger, `bank` the ledger against
the bank's statement. The first named side of each is *ours*, the other *theirs*.
"""

from datetime import date
from typing import Literal

from remit.kernel.errors import Fault
from remit.kernel.money import MAX_AMOUNT, exponent
from remit.kernel.value import value

Relation = Literal["books", "bank"]
Type = Literal["missing", "unexpected", "amount", "currency", "duplicate", "timing", "balance"]
Severity = Literal["low", "medium", "high", "critical"]

MOST_TEXT = 140


class LineDiffers(Fault):
    """Two lines of one id tell different things: nothing is matched on either."""

    title = "A line is there twice, with different content"


@value
class Line:
    """What one side tells of one movement of money.

    `amount` is in minor units, positive for money that came in and negative for money that went
    out. `day` is the booking day (ISO date). `reference` and `end_to_end_id` are empty where
    nothing was told; what a bank writes in that case (NOTPROVIDED) is nothing too.
    """

    id: str
    amount: int
    currency: str
    day: str
    reference: str = ""
    end_to_end_id: str = ""

    def __post_init__(self) -> None:
        exponent(self.currency)
        if abs(self.amount) > MAX_AMOUNT:
            raise ValueError(f"an amount has at most {MAX_AMOUNT} minor units")
        if date.fromisoformat(self.day).isoformat() != self.day:
            raise ValueError("a day is written YYYY-MM-DD")
        if (
            not self.id
            or max(len(self.id), len(self.reference), len(self.end_to_end_id)) > MOST_TEXT
        ):
            raise ValueError(f"a line has an id, and its texts at most {MOST_TEXT} characters")


@value
class StatementLine(Line):
    """A line of a bank's statement. `value_day` is from when it counts (ISO date)."""

    value_day: str = ""


@value
class LedgerLine(Line):
    """An entry of the ledger. `payment_id` is the payment that caused it, empty for settlement."""

    payment_id: str = ""


@value
class PaymentFact(Line):
    """A payment, under its id. `moved` tells whether its money has been booked by now."""

    moved: bool = True


@value
class Match:
    """Lines of both sides, by id, that are one movement: by which rule, and how sure (percent).

    `difference` is theirs less ours, in minor units; only a rule with a tolerance leaves any.
    """

    id: str
    relation: Relation
    rule: str
    confidence: int
    currency: str
    ours: tuple[str, ...]
    theirs: tuple[str, ...]
    difference: int = 0


@value
class Break:
    """A difference that somebody must see to. Its id derives from what it is about, so that a later
    run that finds it again finds the same break.

    `missing`: ours has it, theirs does not. `unexpected`: the reverse. `duplicate`: one side has it
    once more than the other. `amount`, `currency`, `timing`: both have it, and disagree. `balance`:
    a statement that does not add up, or does not follow on the one before. `difference` is theirs
    less ours in minor units of `currency`. `match_id` names a match that left a difference; its
    lines are not repeated here.
    """

    id: str
    relation: Relation
    type: Type
    severity: Severity
    currency: str
    difference: int
    detail: str
    ours: tuple[str, ...] = ()
    theirs: tuple[str, ...] = ()
    match_id: str = ""


@value
class Statement:
    """A bank's statement of one account: `first` to `last` day (ISO), both included.

    `opening` and `closing` balances are signed minor units. `number` is the bank's own, 0 where it
    does not number its statements. A line in another currency than the account's is no part of the
    balances.
    """

    id: str
    account: str
    currency: str
    first: str
    last: str
    opening: int
    closing: int
    lines: tuple[StatementLine, ...]
    number: int = 0

    def __post_init__(self) -> None:
        if self.first > self.last:
            raise ValueError("a statement does not end before it begins")
