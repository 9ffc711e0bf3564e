"""The state *Credit account*: a payment from outside is credited, or rejected with the reason.

The money moves from the house's account `in_transit` to the creditor's, in the same commit as the
status. Once the scheme's time is over nothing is credited any more: it counts as rejected there.
"""

from remit.kernel.errors import Refusal
from remit.kernel.ids import derive
from remit.kernel.value import value
from remit.ledger.chart import house_account_id
from remit.ledger.model import Transfer, between
from remit.ledger.refusals import TransferConflict
from remit.ledger.store import Ledger
from remit.payments.incoming_model import CREDIT, REASON_OF, Incoming, IncomingStatus, IncomingStep
from remit.payments.incoming_store import IncomingMoved, IncomingStore
from remit.payments.incoming_walk import reject, walk_in
from remit.store.commit import commit


@value
class Credited:
    """Where the payment came to, why not if not, and whether this very call brought it there."""

    status: IncomingStatus
    here: bool = False
    reason: str | None = None


def credit(
    store: IncomingStore, ledger: Ledger, *, tenant: str, incoming_id: str, now: int
) -> Credited:
    """Credit the payment or reject it, in one commit. Made again, it changes nothing.

    Raises `IncomingNotFound`, `Contended` or `Unavailable`.
    """

    def move(incoming: Incoming) -> Credited:
        if incoming.decided is not None:
            return Credited(status=incoming.status)
        reason = incoming.refused(now) or _credit(store, ledger, incoming, now)
        if reason is None:
            return Credited(status="credited", here=True)
        reject(store, incoming, reason, by="ledger", now=now)
        return Credited(status="rejected", here=True, reason=reason)

    return walk_in(store, tenant, incoming_id, move)


def in_transit(incoming: Incoming) -> str:
    """The shard of the house's account from which the payment's money comes."""
    return house_account_id(
        "in_transit", currency=incoming.currency, cause=incoming.id, at=incoming.at
    )


def transfer_id(incoming: Incoming, kind: str = CREDIT) -> str:
    """The id of the transfer that credits it, or of another `kind`."""
    return derive("tr", incoming.id, kind)


def _credit(store: IncomingStore, ledger: Ledger, incoming: Incoming, now: int) -> str | None:
    """The reason why it cannot be credited; None when it is."""
    transfer = Transfer(
        id=transfer_id(incoming),
        tenant=incoming.tenant,
        currency=incoming.currency,
        legs=between(in_transit(incoming), incoming.account, incoming.amount),
        kind=CREDIT,
        reference=incoming.id,
        by=incoming.rail,
        at=now,
    )
    try:
        moves = ledger.post(transfer)
    except TransferConflict:
        raise IncomingMoved from None  # somebody else has credited it: look where it is
    except Refusal as refusal:
        if type(refusal) not in REASON_OF:
            raise
        return REASON_OF[type(refusal)]
    step = IncomingStep(status="credited", at=now, by="ledger")
    # The payment first: should both its state and an account have moved, its state speaks.
    commit(store.table.client, [store.take(incoming, step), *moves])
    return None
