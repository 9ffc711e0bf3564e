"""The state *Post funds*: move the money and complete the payment, in one commit."""

from remit.kernel.errors import Contended, Refusal
from remit.kernel.ids import derive
from remit.kernel.value import value
from remit.ledger.model import Transfer, between
from remit.ledger.refusals import InsufficientFunds
from remit.ledger.store import Ledger
from remit.payments.model import Payment, Status, Step
from remit.payments.store import PaymentMoved, PaymentStore
from remit.store.commit import ATTEMPTS, Stale, commit, pause


@value
class Posted:
    """Where a payment came to, and whether this very call brought it there.

    `after_milliseconds` is how long the payment has been on its way by now.
    """

    status: Status
    here: bool
    after_milliseconds: int


def post(
    payments: PaymentStore, ledger: Ledger, *, tenant: str, payment_id: str, now: int
) -> Posted:
    """Complete the payment, or decline it when the ledger refuses.

    Made again, it finds the payment where it is and changes nothing. A declined payment stays so,
    whatever money arrives later. Raises `PaymentNotFound`, `Contended` or `Unavailable`.
    """
    payment = payments.get(tenant, payment_id)
    age = now - payment.created_at
    for attempt in range(ATTEMPTS):
        if not payment.may_become("completed"):
            return Posted(status=payment.status, here=False, after_milliseconds=age)
        try:
            status = _post(payments, ledger, payment, now)
            return Posted(status=status, here=True, after_milliseconds=age)
        except PaymentMoved as moved:
            payment = moved.payment
        except Stale:
            pause(attempt)
    raise Contended


def transfer_of(payment: Payment, *, now: int) -> Transfer:
    """The transfer that carries the payment out. Its id derives from the payment's."""
    return Transfer(
        id=derive("tr", payment.id, "post"),
        tenant=payment.tenant,
        currency=payment.currency,
        legs=between(payment.debtor_account, payment.creditor_account, payment.amount),
        kind="payment",
        reference=payment.id,
        by=payment.created_by,
        at=now,
    )


def _post(payments: PaymentStore, ledger: Ledger, payment: Payment, now: int) -> Status:
    client = payments.table.client
    try:
        moves = ledger.post(transfer_of(payment, now=now))
    except Refusal as refusal:
        reason = "AM04" if isinstance(refusal, InsufficientFunds) else "AC04"
        step = Step(status="declined", at=now, by="ledger", reason=reason)
        commit(client, [payments.take(payment, step)])
        return "declined"
    step = Step(status="completed", at=now, by="ledger")
    # The payment first: should both its state and an account have moved, its state speaks.
    commit(client, [payments.take(payment, step), *moves])
    return "completed"
