"""The enquiry queue: look at a payment that its rail has, ask about it, call a person in time."""

from remit.kernel import clock
from remit.payments.enquire import LAST_LOOK, NotAnswered, enquire
from remit.runtime import rails
from remit.runtime.batch import Message, queue
from remit.runtime.observability import count


@queue("payments", "Enquire")
def handler(message: Message) -> None:
    """Leave a payment that its rail has answered; ask about any other, and look again later."""
    try:
        enquire(
            rails.desk(),
            tenant=message.body["tenant"],
            payment_id=message.body["id"],
            look=message.attempt,
            now=clock.now(),
        )
    except NotAnswered:
        count("PaymentUnanswered" if message.attempt >= LAST_LOOK else "PaymentEnquired")
        raise
