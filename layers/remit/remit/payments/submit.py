"""The state *Submit payment*: give the payment to its rail, at least once, as the same message.

`submitted` is committed before anything is sent, and nothing is written afterwards: whatever gets
lost, the payment is known to be with the rail, perhaps, and whoever looks after it finds it. A
scheme knows a message that it has had before, so sending again does no harm.
"""

from remit.kernel.value import value
from remit.payments.model import Payment, Status, Step
from remit.payments.orders import Parties, outgoing
from remit.payments.rail_desk import RailDesk
from remit.payments.release import give_up
from remit.payments.walk import walk
from remit.rails.link import Sent
from remit.rails.outgoing import TRANSFER, message_id, transfer
from remit.store.commit import commit
from remit.vault.model import SubjectErased

_ERASED = "NARR"


@value
class Submitted:
    """Where the payment is, and what the rail made of the message, if one was sent."""

    status: Status
    sent: Sent | None = None


def submit(desk: RailDesk, *, tenant: str, payment_id: str, now: int) -> Submitted:
    """Give a payment whose money is set aside to its rail; again when it may not have got there.

    One whose parties have been erased meanwhile cannot be told to anybody: it is declined. Raises
    `PaymentNotFound`, `Contended` or `Unavailable`.
    """

    def move(payment: Payment) -> Submitted:
        if payment.status not in ("reserved", "submitted"):
            return Submitted(status=payment.status)
        try:
            parties = desk.orders.of_payment(payment).opened(desk.vault)
        except SubjectErased:
            return _unspeakable(desk, payment, now)
        if payment.status == "reserved":
            step = Step(status="submitted", at=now, by="rails")
            commit(desk.payments.table.client, [desk.payments.take(payment, step)])
            payment = payment.after(step)
        return Submitted(status="submitted", sent=send(desk, payment, parties, now=now))

    return walk(desk.payments, tenant, payment_id, move)


def send(desk: RailDesk, payment: Payment, parties: Parties, *, now: int) -> Sent:
    """Send the payment's transfer: the same bytes each time, for the same payment."""
    accepted_at = payment.reached("submitted")
    if accepted_at is None:
        raise ValueError("a payment is submitted before it is sent")
    told = outgoing(payment, parties, accepted_at=accepted_at)
    identifier = message_id(TRANSFER, told.uetr)
    return desk.lines[payment.rail].send(identifier, transfer(told), now=now)


def _unspeakable(desk: RailDesk, payment: Payment, now: int) -> Submitted:
    if payment.status == "reserved":
        give_up(desk.payments, desk.ledger, payment, reason=_ERASED, by="vault", now=now)
        return Submitted(status="declined")
    return Submitted(status=payment.status)  # the rail may have it: only an answer ends it
