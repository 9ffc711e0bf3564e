"""Money and a payment's status move in one commit, or the payment is declined."""

from collections.abc import Callable

from remit.kernel.errors import Refusal
from remit.ledger.model import Transfer
from remit.ledger.refusals import InsufficientFunds, LimitExceeded
from remit.ledger.store import Ledger
from remit.payments.model import Payment, Status, Step
from remit.payments.store import PaymentStore
from remit.store.commit import Stale, commit

OVER_CAP = "AM23"
"""ISO 20022's code for an amount that exceeds the settlement limit."""


def move_funds(
    payments: PaymentStore,
    ledger: Ledger,
    payment: Payment,
    transfer: Transfer,
    *,
    to: Status,
    make_room: Callable[[], bool] | None = None,
) -> Status:
    """Make `transfer` and take the payment to status `to`; `declined` when the ledger refuses.

    Where a limit stands against it, `make_room` tells whether there is room after all, so that it
    is decided again. Raises `PaymentMoved` or `Stale` when others got there first.
    """
    client, at = payments.table.client, transfer.at
    try:
        moves = ledger.post(transfer)
    except Refusal as refusal:
        if make_room is None or not isinstance(refusal, LimitExceeded):
            reason = "AM04" if isinstance(refusal, InsufficientFunds) else "AC04"
        elif make_room():
            raise Stale("there is room now") from None
        else:
            reason = OVER_CAP
        step = Step(status="declined", at=at, by="ledger", reason=reason)
        commit(client, [payments.take(payment, step)])
        return "declined"
    step = Step(status=to, at=at, by="ledger")
    # The payment first: should both its state and an account have moved, its state speaks.
    commit(client, [payments.take(payment, step), *moves])
    return to
