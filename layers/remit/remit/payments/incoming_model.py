"""A payment that came to one of our accounts, its states, and why it is rejected. Pure."""

from collections.abc import Mapping
from typing import Literal

from remit.kernel.clock import SECOND
from remit.kernel.errors import NotFound, Refusal, RemitError
from remit.kernel.ids import derive
from remit.kernel.money import Money
from remit.kernel.value import value
from remit.ledger.refusals import (
    AccountClosed,
    AccountFrozen,
    AccountNotFound,
    BalanceTooLarge,
    CurrencyMismatch,
    LimitExceeded,
)
from remit.rails.capability import BY_NAME

IncomingStatus = Literal["received", "credited", "rejected", "reversed", "returned"]

ROADS: Mapping[IncomingStatus, tuple[IncomingStatus, ...]] = {
    "received": ("credited", "rejected"),
    "credited": ("reversed", "returned"),
    "rejected": (),
    "reversed": (),
    "returned": (),
}
"""Where a payment that came in may go from each state.

`received`: kept, and not decided on. `credited`: its money is on the account, and the scheme is
told so. `rejected`: no money has moved. `reversed`: the scheme would not have our yes, so the money
is off the account again. `returned`: it was asked back, and given back.
"""

CREDIT, TAKE_BACK, GIVE_BACK = "credit", "take_back", "give_back"
"""The kinds of the transfers that move its money: to the account, and back in either way."""

LATE, LISTED, NOT_OURS = "AB05", "RR04", "AC01"

REASON_OF: Mapping[type[Refusal], str] = {
    AccountNotFound: NOT_OURS,
    AccountClosed: "AC04",
    AccountFrozen: "AC06",
    CurrencyMismatch: "AG01",
    LimitExceeded: "AM02",
    BalanceTooLarge: "AM02",
}
"""What the ledger refuses, as the payer's bank is told it."""

REASONS: Mapping[str, str] = {
    LATE: "the scheme's time was over before the money could be credited",
    NOT_OURS: "the account's number is not one of ours",
    "AC04": "the account is closed",
    "AC06": "the account is blocked for credits",
    "AG01": "the account is kept in another currency, so it takes no such payment",
    "AM01": "the amount is zero",
    "AM02": "the amount is outside the scheme's limits, or more than the account may hold",
    "AM03": "the scheme carries no such currency",
    "MS03": "whose it is has been erased while it was on its way",
    LISTED: "a name is like a name on a sanctions list",
}
"""Why a payment is rejected: codes of ISO 20022's ExternalStatusReason1Code. EPC122-16 has each of
them for a beneficiary bank's no but AM01 and AM03, which its own schema keeps from ever coming.
"""


class IncomingNotFound(NotFound):
    """No such payment has come to an account of this tenant."""

    title = "No such incoming payment"


class TransferReused(Refusal):
    """Another payment came under the same reference: the first stands."""

    status = 409
    title = "The reference belongs to another payment"


class NotCredited(Refusal):
    """The money of the payment is not on the account: it never was, or is not any more."""

    status = 409
    title = "The payment's money is not on the account"


class IncomingLost(RemitError):
    """A payment that a machine is to go on with is not kept: a person must look."""

    title = "The incoming payment is not there"


@value
class IncomingStep:
    """One state that it reached: when (milliseconds), by whom, and why if there is more."""

    status: IncomingStatus
    at: int
    by: str
    reason: str | None = None


@value
class Incoming:
    """A payment of another bank's customer. `account` is empty when its IBAN is none of ours.

    Who pays it stands in the `message` alone, sealed. `deadline` (milliseconds) is when the scheme
    stops waiting. `listed` names the entry of a sanctions list that somebody is named like most.
    `disowned` is why the scheme said no to it before it came.
    """

    id: str
    tenant: str
    rail: str
    account: str
    amount: int
    currency: str
    deadline: int
    message: str
    message_id: str
    end_to_end_id: str
    digest: str
    history: tuple[IncomingStep, ...]
    transaction_id: str | None = None
    uetr: str | None = None
    debtor_bank: str | None = None
    listed: str | None = None
    disowned: str | None = None
    answered_at: int | None = None

    @property
    def status(self) -> IncomingStatus:
        """The state it is in: the last that it reached."""
        return self.history[-1].status

    @property
    def at(self) -> int:
        """When it came."""
        return self.history[0].at

    @property
    def decided(self) -> IncomingStep | None:
        """The yes or no that its scheme is told; None while there is none."""
        return self.history[1] if len(self.history) > 1 else None

    def may_become(self, status: IncomingStatus) -> bool:
        """Whether it can go to `status` from where it is."""
        return status in ROADS[self.status]

    def is_late(self, now: int) -> bool:
        """Whether the scheme waits no longer, so that a yes would be none."""
        return now > self.deadline

    def refused(self, now: int) -> str | None:
        """The reason that stands against crediting it, before the ledger is asked."""
        if self.disowned is not None:
            return self.disowned
        if self.is_late(now):
            return LATE
        if not self.account:
            return NOT_OURS
        limits = BY_NAME[self.rail].amounts.get(self.currency)
        if limits is None:
            return "AM03"
        if self.amount == 0:
            return "AM01"
        return None if limits[0] <= self.amount <= limits[1] else "AM02"


def incoming_id(rail: str, name: str) -> str:
    """The id of the payment that the scheme of `rail` knows by `name`."""
    return derive("inc", rail, name)


def deadline(rail: str, accepted_at: int | None, now: int) -> int:
    """Until when the scheme waits for our answer: its time runs from the payer's acceptance.

    A bank whose clock is ahead gives us no more time than we have.
    """
    since = now if accepted_at is None else min(accepted_at, now)
    return since + BY_NAME[rail].deadline_seconds * SECOND


def amount_of(incoming: Incoming) -> Money:
    """What it brings."""
    return Money(amount=incoming.amount, currency=incoming.currency)
