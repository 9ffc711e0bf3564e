"""Money and a payment's status move in one commit, or the payment is declined."""

from remit.kernel.errors import Refusal
from remit.ledger.model import Transfer
from remit.ledger.refusals import InsufficientFunds
from remit.ledger.store import Ledger
from remit.payments.model import Payment, Status, Step
from remit.payments.store import PaymentStore
from remit.store.commit import commit


def move_funds(
    payments: PaymentStore, ledger: Ledger, payment: Payment, transfer: Transfer, *, to: Status
) -> Status:
    """Make `transfer` and take the payment to status `to`; `declined` when the ledger refuses.

    Raises `PaymentMoved` or `Stale` when others got there first.
    """
    client, at = payments.table.client, transfer.at
    try:
        moves = ledger.post(transfer)
    except Refusal as refusal:
        reason = "AM04" if isinstance(refusal, InsufficientFunds) else "AC04"
        step = Step(status="declined", at=at, by="ledger", reason=reason)
        commit(client, [payments.take(payment, step)])
        return "declined"
    step = Step(status=to, at=at, by="ledger")
    # The payment first: should both its state and an account have moved, its state speaks.
    commit(client, [payments.take(payment, step), *moves])
    return to
