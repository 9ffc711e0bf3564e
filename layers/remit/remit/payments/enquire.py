"""Nobody forgets a payment that is with its rail: in time it is asked about, and then a person is.

A time-out decides nothing. The payment becomes `unknown`, its money stays set aside, and an answer
ends it however late it comes.
"""

import contextlib

from remit.kernel import clock
from remit.kernel.errors import Fault
from remit.payments.model import WAITS_FOR_RAIL, Payment, Step
from remit.payments.rail_desk import RailDesk
from remit.payments.submit import send
from remit.payments.walk import walk
from remit.rails.capability import BY_NAME
from remit.rails.outgoing import ENQUIRY, MOST_MESSAGES, Reference, enquiry, message_id
from remit.store.commit import commit
from remit.vault.model import SubjectErased

ENQUIRIES = (1, 2, 4, 8, 16)
"""At which looks the rail is asked: five times, each after twice the time."""

LAST_LOOK = 20
"""With this one it becomes a person's: the queue gives it up."""


_BY_MINUTES = 12 * 60


class NotAnswered(Fault):
    """The rail has not said what became of the payment: look again later."""

    title = "The rail has not answered yet"


def enquire(desk: RailDesk, *, tenant: str, payment_id: str, look: int, now: int) -> None:
    """Look, for the `look`th time, at a payment that was given to its rail.

    Returns when the rail has answered. Until then raises `NotAnswered`: before the rail's time is
    up nothing is done; then the payment becomes `unknown`, and as often as `ENQUIRIES` says it is
    sent again, in case it never got there, and asked about. Raises `PaymentNotFound`, too.
    """

    def move(payment: Payment) -> Payment:
        if payment.status != "submitted" or not _is_late(payment, now):
            return payment
        step = Step(status="unknown", at=now, by="rails")
        commit(desk.payments.table.client, [desk.payments.take(payment, step)])
        return payment.after(step)

    payment = walk(desk.payments, tenant, payment_id, move)
    if payment.status not in WAITS_FOR_RAIL:
        return
    if payment.status == "unknown" and look in ENQUIRIES:
        _ask(desk, payment, now)
    raise NotAnswered


def _is_late(payment: Payment, now: int) -> bool:
    since = payment.reached("submitted") or now
    return now >= since + BY_NAME[payment.rail].enquire_seconds * clock.SECOND


def _ask(desk: RailDesk, payment: Payment, now: int) -> None:
    # Erased parties can be told to nobody; the question names none, and is asked all the same.
    with contextlib.suppress(SubjectErased):
        send(desk, payment, desk.orders.of_payment(payment).opened(desk.vault), now=now)
    asked = Reference(uetr=payment.uetr or "", end_to_end_id=payment.end_to_end_id)
    number, at = _question(payment.reached("submitted") or now, now)
    identifier = message_id(ENQUIRY, asked.uetr, number)
    desk.lines[payment.rail].send(identifier, enquiry(asked, number, at=at), now=now)


def _question(since: int, now: int) -> tuple[int, int]:
    """The number of a question that is asked `now`, and its time: the number alone gives it.

    Looks are counted anew when a person gives a payment its next twenty minutes, so they number
    nothing: a scheme takes no message under an id that it has seen. A question has the number of
    its minute since `since`, after twelve hours of its hour.
    """
    minutes = max(0, now - since) // clock.MINUTE
    if minutes < _BY_MINUTES:
        return minutes, since + minutes * clock.MINUTE
    hours = min((minutes - _BY_MINUTES) // 60, MOST_MESSAGES - 1 - _BY_MINUTES)
    return _BY_MINUTES + hours, since + (_BY_MINUTES + hours * 60) * clock.MINUTE
