"""Settlement windows, what is in them, and the life of a window. Pure: no clock, no I/O.

A window is named by what is known when it opens, and never by what arrives in it. Its members
follow from the instants at which they were counted; everything else follows from its members.
"""

from collections.abc import Mapping
from typing import Literal

from remit.kernel.errors import Fault, Refusal
from remit.kernel.ids import derive
from remit.kernel.money import MAX_AMOUNT, exponent
from remit.kernel.value import value

Mode = Literal["net", "gross"]
Status = Literal[
    "OPEN", "CLOSED", "COMPUTED", "SHORT", "INSTRUCTED", "PART_FAILED", "REJECTED", "CONFIRMED",
    "SETTLED",
]  # fmt: skip
Event = Literal[
    "closed", "computed", "late", "short", "funded", "instructed", "failed_in_part", "rejected",
    "confirmed", "settled",
]  # fmt: skip

ROADS: Mapping[Status, Mapping[Event, Status]] = {
    "OPEN": {"closed": "CLOSED"},
    "CLOSED": {"computed": "COMPUTED", "late": "CLOSED"},
    "COMPUTED": {"instructed": "INSTRUCTED", "short": "SHORT", "late": "CLOSED"},
    "SHORT": {"funded": "COMPUTED", "late": "CLOSED"},
    "INSTRUCTED": {
        "confirmed": "CONFIRMED",
        "failed_in_part": "PART_FAILED",
        "rejected": "REJECTED",
    },
    "PART_FAILED": {"instructed": "INSTRUCTED"},
    "REJECTED": {"instructed": "INSTRUCTED"},
    "CONFIRMED": {"settled": "SETTLED"},
    "SETTLED": {},
}
"""What may happen to a window in each state, and where that leads.

`late`: a member was found that belongs here. While nothing has left the house the window is
computed anew; after that it is not moved by anything but the answers to its instructions, and
`windows.counted_at` gives the member to a later window. `short`: our account at the settlement
bank does not cover what we owe. From PART_FAILED and REJECTED a person has what failed
instructed again. Nothing undoes a window: money that moved comes back by another payment.
"""


class WindowNotThere(Fault):
    """The calendar or the cut-off tables do not reach the moment asked for: they need a person."""

    title = "No settlement window is known for that moment"


class NotNow(Refusal):
    """A window in this state does not take that step."""

    status = 409
    title = "The window's state does not allow that"


class MemberDiffers(Fault):
    """Two records of one member tell different things: nothing is computed from either."""

    title = "A window's member is recorded twice, with different content"


@value
class Window:
    """The payments of one rail and currency that settle together: from `opens_at` until before
    `closes_at` (milliseconds). `cutoff` names what closes it, `day` is when it settles (ISO date).
    """

    id: str
    rail: str
    currency: str
    opens_at: int
    closes_at: int
    seals_at: int
    day: str
    cutoff: str
    calendar: str
    cutoffs: str


@value
class Member:
    """A payment or return that settles in a window: `payer` owes `amount` minor units to `payee`.

    `counted_at` (milliseconds) is the instant that decides on its window, stamped by the commit
    that accepted it. `held_on` is the ledger account where its money is in transit, empty where
    neither bank is ours. `is_void` where the rail never moved the money: the member takes another
    one back, so nobody is paid for it.
    """

    id: str
    rail: str
    currency: str
    payer: str
    payee: str
    amount: int
    counted_at: int
    held_on: str = ""
    is_void: bool = False

    def __post_init__(self) -> None:
        exponent(self.currency)
        if not 0 < self.amount <= MAX_AMOUNT:
            raise ValueError("a member moves a positive amount")
        if self.payer == self.payee:
            raise ValueError("nobody settles with itself")


@value
class Position:
    """What one participant owes (`debits`) and is owed (`credits`) in a window, in minor units."""

    participant: str
    currency: str
    debits: int
    credits: int

    @property
    def net(self) -> int:
        """What it gets at settlement; negative is what it pays."""
        return self.credits - self.debits


@value
class Instruction:
    """The facts of one pacs.009: `debtor` pays `creditor` through the settlement bank on `day`.

    `id` fits a message's end-to-end id (35 characters); `window_id` is what it settles.
    """

    id: str
    window_id: str
    debtor: str
    creditor: str
    amount: int
    currency: str
    day: str


def window_id(*, rail: str, currency: str, calendar: str, cutoffs: str, opens_at: int) -> str:
    """The id of the window that opens at `opens_at` under these versions."""
    return derive("win", rail, currency, calendar, cutoffs, str(opens_at))


def step(status: Status, event: Event) -> Status:
    """Where `event` leads from `status`. Raises `NotNow` where no road leads."""
    try:
        return ROADS[status][event]
    except KeyError:
        raise NotNow(f"{event} does not follow on {status}") from None
