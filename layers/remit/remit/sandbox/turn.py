"""One message on its way through the scheme: what follows from it is gathered here."""

from dataclasses import dataclass, field, replace

from remit.kernel.clock import SECOND
from remit.kernel.errors import Rejection
from remit.kernel.money import Money
from remit.rails.iso20022 import pacs002, pacs004, pacs008
from remit.sandbox import banks, messages
from remit.sandbox.banks import RailName
from remit.sandbox.model import Delivery, Entry, Memory, Payment
from remit.sandbox.rules import Knobs


class NotTaken(Rejection):
    """The message is one that the scheme takes, but says what it cannot act on."""

    status = 422
    title = "The message cannot be acted on"


@dataclass
class Turn:
    """What is known and asked, and what follows."""

    rail: RailName
    memory: Memory
    knobs: Knobs
    now: int
    ours: str
    payments: dict[str, Payment] = field(default_factory=dict)
    deliveries: list[Delivery] = field(default_factory=list)
    entries: list[Entry] = field(default_factory=list)

    def find(self, uetr: str | None) -> Payment | None:
        """The payment as it is now; one that travels by another rail is nobody's here."""
        known = self.payments.get(uetr or "") or (self.memory.payment(uetr) if uetr else None)
        return known if known and known.rail == self.rail else None

    def is_new(self, uetr: str) -> bool:
        """Whether nobody has sent the payment. Raises `NotTaken` for one of another rail."""
        known = self.payments.get(uetr) or self.memory.payment(uetr)
        if known is not None and known.rail != self.rail:
            raise NotTaken("the payment travels by another rail")
        return known is None

    def keep(self, payment: Payment) -> Payment:
        """Remember the payment as it is."""
        self.payments[payment.uetr] = payment
        return payment

    def at(self, seconds: float) -> int:
        """The moment so many seconds from now."""
        return self.now + round(seconds * SECOND)

    def send(self, message: str, identifier: str, at: int, body: bytes) -> None:
        """Send a message when its time comes."""
        self.deliveries.append(
            Delivery(id=identifier, message=message, at=at, body=body, rail=self.rail)
        )

    def tell(self, about: Payment, cause: str, status: str, reason: str | None, *, at: int) -> None:
        """Send a pacs.002 on the payment, because of message `cause`."""
        identifier = messages.identifier("S", cause, about.uetr)
        body = messages.status_report(about, identifier, status, reason, at=at)
        self.send(pacs002.MESSAGE, identifier, at, body)

    def give_back(self, about: Payment, cause: str, reason: str, *, at: int) -> Payment:
        """Send all of the payment that is left back, and remember that it went."""
        left = Money(amount=about.amount.amount - about.returned, currency=about.amount.currency)
        identifier = messages.identifier("B", cause, about.uetr)
        body = messages.money_back(about, identifier, left, reason, at=at)
        self.send(pacs004.MESSAGE, identifier, at, body)
        back = replace(about, message_id=identifier)
        self.book(back, credit=True, amount=left, at=at)
        return self.keep(replace(about, returned=about.amount.amount))

    def book(self, about: Payment, *, credit: bool, amount: Money, at: int) -> None:
        """Put a customer's payment on the settlement account, if the knobs want it there.

        What a rail that settles gross pays us is there in any case: we do not order it.
        """
        is_paid = credit and banks.is_gross(self.rail)
        if about.message == pacs008.MESSAGE and (self.knobs.book_payments or is_paid):
            self.entries.append(
                Entry(
                    at=at,
                    amount=amount,
                    credit=credit,
                    message_id=about.message_id,
                    end_to_end_id=about.end_to_end_id,
                    uetr=about.uetr,
                    transaction_id=about.transaction_id,
                )
            )
