"""The payment and the states it walks through. Pure: no clock, no I/O."""

from collections.abc import Mapping
from dataclasses import replace
from typing import Literal

from remit.kernel.errors import Refusal, Rejection
from remit.kernel.value import value

Status = Literal[
    "received",
    "screening",
    "in_review",
    "reserved",
    "submitted",
    "unknown",
    "completed",
    "declined",
    "returned",
    "cancelled",
]

BOOK = "book"
"""The rail of payments that stay in the house."""

ROADS: Mapping[Status, tuple[Status, ...]] = {
    "received": ("in_review", "completed", "declined", "cancelled"),
    "in_review": ("screening", "declined", "cancelled"),
    "screening": ("completed", "declined", "cancelled"),
    "completed": (),
    "declined": (),
    "cancelled": (),
}
"""Where a payment inside the house may go from each state.

`received`: accepted, and on its way through the machine. `in_review`: waits for a person.
`screening`: released by a person, and on its way again. The other three are final.
"""

RAIL_ROADS: Mapping[Status, tuple[Status, ...]] = {
    "received": ("in_review", "reserved", "declined", "cancelled"),
    "in_review": ("screening", "declined", "cancelled"),
    "screening": ("reserved", "declined", "cancelled"),
    "reserved": ("submitted", "declined"),
    "submitted": ("completed", "declined", "unknown"),
    "unknown": ("completed", "declined"),
    "completed": ("returned",),
    "declined": (),
    "returned": (),
    "cancelled": (),
}
"""The same for a payment that a rail carries.

`reserved`: its money is set aside. `submitted`: the rail may have it, so nobody but the rail can
say how it ends. `unknown`: the rail has not said so in time. `returned`: all of it came back.
"""

WAITS_FOR_RAIL: tuple[Status, ...] = ("submitted", "unknown")

REASONS = {
    "AB05": "the other bank did not answer the scheme in time",
    "AC01": "the creditor's account number is wrong",
    "AC03": "the creditor's account number is not valid",
    "AC04": "an account of the payment cannot be used",
    "AC06": "the creditor's account is blocked",
    "AG01": "this kind of payment is not allowed on the creditor's account",
    "AM02": "the amount is not allowed",
    "AM04": "not enough available funds",
    "AM05": "the payment is a duplicate",
    "AM23": "more would be on its way than may be before it is settled",
    "BE04": "the creditor's address is missing or not right",
    "CUST": "at the customer's request",
    "DUPL": "the payment was made twice",
    "FOCR": "given back after a recall",
    "FRAD": "declined by the fraud check, or by a person who reviewed it",
    "MS03": "the rail gives no reason",
    "RR04": "a rule of the regulator's stands against it",
}
"""Reason codes of the ISO 20022 external code set that we give, and the usual ones of rails."""

OTHER_REASON = "a reason that the rail gave by this code"


class PaymentNotFound(Rejection):
    """No payment of this tenant has that id."""

    status = 404
    title = "No such payment"


class NotCancellable(Refusal):
    """The payment has come to its end, or is on the rail, and can no longer be cancelled."""

    status = 409
    title = "The payment can no longer be cancelled"


class RailNotAvailable(Refusal):
    """The payment would have to leave the house, and no rail can carry it."""

    title = "No rail can carry this payment"


class RailRulesBroken(Refusal):
    """The rail's scheme would reject the payment as it is; `errors` names each element."""

    title = "The rail does not take the payment like this"


@value
class Step:
    """One state that a payment reached: when (milliseconds), by whom, and why if there is more."""

    status: Status
    at: int
    by: str
    reason: str | None = None


@value
class Back:
    """A part of a payment that has come back: by which transfer, how much, and when."""

    id: str
    amount: int
    at: int


@value
class Payment:
    """A payment of one tenant. `amount` is in minor units.

    `creditor_account` is an account of the tenant's; of a payment that a `rail` carries it is the
    token of the IBAN, shown as `creditor_masked`, at the bank `creditor_bic`. `because` tells why
    it is that rail, `returned` how much of it has come back, by `returns`. `listed` names the entry
    of a sanctions list that the creditor is named like most, with the score and the list's version;
    None when there is none.
    """

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
    rail: str = BOOK
    because: str | None = None
    uetr: str | None = None
    creditor_masked: str | None = None
    creditor_country: str | None = None
    creditor_bic: str | None = None
    listed: str | None = None
    returned: int = 0
    returns: tuple[Back, ...] = ()

    @property
    def status(self) -> Status:
        """The state the payment is in: the last that it reached."""
        return self.history[-1].status

    @property
    def is_outside(self) -> bool:
        """Whether a rail carries it out of the house."""
        return self.rail != BOOK

    @property
    def is_final(self) -> bool:
        """Whether nothing more will happen to it by itself."""
        return self.status == "completed" or not self._onward

    def may_become(self, status: Status) -> bool:
        """Whether the payment can go to `status` from where it is."""
        return status in self._onward

    def after(self, step: Step) -> "Payment":
        """The payment once it has taken `step`."""
        return replace(self, history=(*self.history, step))

    def reached(self, status: Status) -> int | None:
        """When it reached `status` first, in milliseconds; None if it never did."""
        return next((step.at for step in self.history if step.status == status), None)

    @property
    def _onward(self) -> tuple[Status, ...]:
        return (RAIL_ROADS if self.is_outside else ROADS).get(self.status, ())
