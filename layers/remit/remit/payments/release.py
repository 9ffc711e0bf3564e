"""The state *Release funds*: the rail has rejected the payment, so its money goes back."""

from remit.kernel.ids import derive
from remit.ledger.store import Ledger
from remit.payments.give_back import back_to_debtor
from remit.payments.model import WAITS_FOR_RAIL, Payment, Step
from remit.payments.outcome import Outcome, contradicted
from remit.payments.reserve import transfer_id
from remit.payments.store import PaymentStore
from remit.payments.walk import walk
from remit.store.commit import commit

RELEASE = "release"
"""The kind of the transfer."""


def release(
    payments: PaymentStore,
    ledger: Ledger,
    *,
    tenant: str,
    payment_id: str,
    reason: str,
    now: int,
) -> Outcome:
    """Decline a payment that waits for its rail, with the rail's reason, and give the money back.

    Both are one commit. Made again, it changes nothing. One that the rail has accepted before is
    `contradicted`: the first answer stands. Raises `PaymentNotFound`, `NotSubmitted`, `Contended`
    or `Unavailable`.
    """

    def move(payment: Payment) -> Outcome:
        if payment.status == "declined" and payment.reached("submitted") is not None:
            return Outcome(status="declined")
        if payment.status not in WAITS_FOR_RAIL:
            return contradicted(payment)
        return give_up(payments, ledger, payment, reason=reason, by=payment.rail, now=now)

    return walk(payments, tenant, payment_id, move)


def give_up(
    payments: PaymentStore, ledger: Ledger, payment: Payment, *, reason: str, by: str, now: int
) -> Outcome:
    """Decline a payment whose money is set aside, and give the money back, in one commit."""
    back = back_to_debtor(
        ledger,
        payment,
        payment.amount,
        transfer_id=derive("tr", payment.id, RELEASE),
        kind=RELEASE,
        at=now,
        by=by,
        reverses=transfer_id(payment),
    )
    step = Step(status="declined", at=now, by=by, reason=reason)
    commit(payments.table.client, [payments.take(payment, step), *back.writes])
    return Outcome(
        status="declined",
        here=True,
        after_milliseconds=now - payment.created_at,
        in_suspense=back.in_suspense,
    )
