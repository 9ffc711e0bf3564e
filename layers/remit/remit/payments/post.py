"""The state *Post funds*: move the money and complete the payment, in one commit."""

from remit.kernel.ids import derive
from remit.kernel.value import value
from remit.ledger.model import Transfer, between
from remit.ledger.store import Ledger
from remit.payments.funds import move_funds
from remit.payments.model import Payment, Status
from remit.payments.store import PaymentStore
from remit.payments.walk import walk


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

    def move(payment: Payment) -> Posted:
        age = now - payment.created_at
        if not payment.may_become("completed"):
            return Posted(status=payment.status, here=False, after_milliseconds=age)
        transfer = transfer_of(payment, now=now)
        status = move_funds(payments, ledger, payment, transfer, to="completed")
        return Posted(status=status, here=True, after_milliseconds=age)

    return walk(payments, tenant, payment_id, move)


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
