"""The state *Complete payment*: the rail has accepted it, so its money is the other bank's.

The ledger moves nothing: the money is in transit already, and settlement takes it on from there.
"""

from remit.payments.model import WAITS_FOR_RAIL, Payment, Step
from remit.payments.outcome import Outcome, contradicted
from remit.payments.store import PaymentStore
from remit.payments.walk import walk
from remit.store.commit import commit

_HAS_ACCEPTED = ("completed", "returned")


def complete(payments: PaymentStore, *, tenant: str, payment_id: str, now: int) -> Outcome:
    """Complete a payment that waits for its rail, however late the rail says so.

    Made again, it changes nothing. One that the rail has rejected before is `contradicted`: the
    first answer stands. Raises `PaymentNotFound`, `NotSubmitted`, `Contended` or `Unavailable`.
    """

    def move(payment: Payment) -> Outcome:
        if payment.status in _HAS_ACCEPTED:
            return Outcome(status=payment.status)
        if payment.status not in WAITS_FOR_RAIL:
            return contradicted(payment)
        step = Step(status="completed", at=now, by=payment.rail)
        commit(payments.table.client, [payments.take(payment, step)])
        return Outcome(status="completed", here=True, after_milliseconds=now - payment.created_at)

    return walk(payments, tenant, payment_id, move)
