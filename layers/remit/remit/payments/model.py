"""The payment and the states it walks through. Pure: no clock, no I/O."""

from dataclasses import replace
from typing import Literal

from remit.kernel.errors import Refusal, Rejection
from remit.kernel.value import value

Status = Literal["received", "screening", "in_review", "completed", "declined", "cancelled"]

ROADS: dict[Status, tuple[Status, ...]] = {
    "received": ("in_review", "completed", "declined", "cancelled"),
    "in_review": ("screening", "declined", "cancelled"),
    "screening": ("completed", "declined", "cancelled"),
    "completed": (),
    "declined": (),
    "cancelled": (),
}
"""Where a payment may go from each state.

`received`: accepted, and on its way through the machine. `in_review`: waits for a person.
`screening`: released by a person, and on its way again. The other three are final.
"""

REASONS = {
    "AM04": "not enough available funds",
    "AC04": "an account of the payment cannot be used",
    "FRAD": "declined by the fraud check, or by a person who reviewed it",
    "CUST": "cancelled at the customer's request",
}
"""Reason codes of the ISO 20022 external code set that we give."""


class PaymentNotFound(Rejection):
    """No payment of this tenant has that id."""

    status = 404
    title = "No such payment"


class NotCancellable(Refusal):
    """The payment has come to its end, and can no longer be cancelled."""

    status = 409
    title = "The payment can no longer be cancelled"


class RailNotAvailable(Refusal):
    """The payment would have to leave the house, and no rail can carry it yet."""

    title = "No rail can carry this payment"


@value
class Step:
    """One state that a payment reached: when (milliseconds), by whom, and why if there is more."""

    status: Status
    at: int
    by: str
    reason: str | None = None


@value
class Payment:
    """A payment between two accounts of one tenant. `amount` is in minor units."""

    id: str
    tenant: str
    debtor_account: str
    creditor_account: str
    amount: int
    currency: str
    created_at: int
    created_by: str
    history: tuple[Step, ...]
    remittance: str | None = None
    end_to_end_id: str | None = None
    reference: str | None = None
    case_id: str | None = None

    @property
    def status(self) -> Status:
        """The state the payment is in: the last that it reached."""
        return self.history[-1].status

    @property
    def is_final(self) -> bool:
        """Whether nothing more will happen to it."""
        return not ROADS[self.status]

    def may_become(self, status: Status) -> bool:
        """Whether the payment can go to `status` from where it is."""
        return status in ROADS[self.status]

    def after(self, step: Step) -> "Payment":
        """The payment once it has taken `step`."""
        return replace(self, history=(*self.history, step))
