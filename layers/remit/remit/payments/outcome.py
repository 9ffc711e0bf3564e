"""What an answer of a rail came to."""

from remit.kernel.errors import RemitError
from remit.kernel.value import value
from remit.payments.model import Payment


class NotSubmitted(RemitError):
    """The rail answers about a payment that was not given to it: a person must look."""

    title = "The payment was never given to the rail"


@value
class Outcome:
    """Where the payment is now, or `contradicted`; and whether this very call brought it there.

    `after_milliseconds` is how long the payment had been on its way, `in_suspense` that money which
    came back could not go to the debtor's account.
    """

    status: str
    here: bool = False
    after_milliseconds: int = 0
    in_suspense: bool = False


def contradicted(payment: Payment) -> Outcome:
    """The answer contradicts an earlier one, which stands."""
    if payment.reached("submitted") is None:
        raise NotSubmitted
    return Outcome(status="contradicted")
