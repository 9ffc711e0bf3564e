"""What the scheme knows and does, as plain values."""

from collections.abc import Mapping
from typing import Protocol

from remit.kernel.money import Money
from remit.kernel.value import value
from remit.sandbox.banks import SCT_INST, RailName


@value
class Payment:
    """A payment that the scheme has, by its UETR.

    `theirs` is one that another bank sends to us. `status` is what became of it, None as long as
    nobody has said; `tells_at` (milliseconds) when the scheme says so of itself, None for never.
    `enquiries` counts those that came; `recall` is what became of a request to give it back.
    """

    uetr: str
    message: str
    message_id: str
    end_to_end_id: str
    transaction_id: str | None
    amount: Money
    theirs: bool
    at: int
    status: str | None = None
    reason: str | None = None
    tells_at: int | None = None
    enquiries: int = 0
    returned: int = 0
    recall: str | None = None
    rail: RailName = SCT_INST

    def as_json(self) -> Mapping[str, object]:
        """The form in which the service shows it."""
        return {
            "uetr": self.uetr,
            "rail": self.rail,
            "message_id": self.message_id,
            "end_to_end_id": self.end_to_end_id,
            "amount": self.amount.amount,
            "currency": self.amount.currency,
            "incoming": self.theirs,
            "status": self.status,
            "reason": self.reason,
            "enquiries": self.enquiries,
            "returned_amount": self.returned,
            "recall": self.recall,
        }


@value
class Entry:
    """A line on the settlement account, which is ours at the settlement bank."""

    at: int
    amount: Money
    credit: bool
    message_id: str
    end_to_end_id: str
    uetr: str | None = None
    transaction_id: str | None = None

    @property
    def signed(self) -> int:
        """Minor units, negative for a debit."""
        return self.amount.amount if self.credit else -self.amount.amount


@value
class Delivery:
    """A message to be sent over a rail `at` (milliseconds, on the scheme's clock)."""

    id: str
    message: str
    at: int
    body: bytes
    rail: RailName = SCT_INST


@value
class Taken:
    """What follows from a message: the HTTP answer, and what is remembered and sent.

    `payments` are as they are afterwards.
    """

    rail: RailName
    status: int
    code: str
    message: str
    message_id: str
    digest: str
    payments: tuple[Payment, ...] = ()
    deliveries: tuple[Delivery, ...] = ()
    entries: tuple[Entry, ...] = ()


class Memory(Protocol):
    """What has been before."""

    def digest(self, rail: str, message: str, message_id: str) -> str | None:
        """What a message of that kind and id said on the rail; None when none has come."""

    def payment(self, uetr: str) -> Payment | None:
        """The payment; None when nobody has sent it."""
