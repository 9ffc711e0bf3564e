"""The state *Take back credit*: the scheme says no to a payment that we have said yes to.

It has stopped waiting before our yes arrived, so the payer keeps the money, and what was credited
goes back. An account that cannot give it (spent, frozen, closed) does not stop that: the house
stands in for it from suspense, and a person sees to the claim.
"""

from dataclasses import replace

from remit.kernel.ids import derive
from remit.ledger.chart import house_account_id
from remit.ledger.model import Transfer, between
from remit.ledger.refusals import AccountClosed, AccountFrozen, InsufficientFunds, TransferConflict
from remit.ledger.store import Ledger
from remit.payments.credit import in_transit, transfer_id
from remit.payments.incoming_model import Incoming, IncomingStep
from remit.payments.incoming_store import IncomingMoved, IncomingStore
from remit.payments.incoming_walk import reject, walk_in
from remit.payments.outcome import Outcome
from remit.store.commit import commit
from remit.store.write import Write

TAKE_BACK = "take_back"
"""The kind of the transfer."""

_CANNOT_GIVE_IT = (InsufficientFunds, AccountClosed, AccountFrozen)


def take_back(
    store: IncomingStore,
    ledger: Ledger,
    *,
    tenant: str,
    incoming_id: str,
    reason: str,
    now: int,
) -> Outcome:
    """Take the credit back for the scheme's reason, in one commit with `reversed`.

    One that nobody has decided on is rejected instead, and one that was rejected stays so. What was
    given back after a recall already is `contradicted`. Made again, it changes nothing. Raises
    `IncomingNotFound`, `Contended` or `Unavailable`.
    """

    def move(incoming: Incoming) -> Outcome:
        if incoming.status == "returned":
            return Outcome(status="contradicted")
        if incoming.status == "received":
            reject(store, incoming, reason, by=incoming.rail, now=now)
            return Outcome(status="rejected", here=True)
        if incoming.status != "credited":
            return Outcome(status=incoming.status)
        writes, in_suspense = _back(ledger, incoming, now)
        step = IncomingStep(status="reversed", at=now, by=incoming.rail, reason=reason)
        commit(store.table.client, [store.take(incoming, step), *writes])
        return Outcome(status="reversed", here=True, in_suspense=in_suspense)

    return walk_in(store, tenant, incoming_id, move)


def _back(ledger: Ledger, incoming: Incoming, now: int) -> tuple[list[Write], bool]:
    """The writes that move the money back, and whether it is suspense that gives it."""
    transfer = Transfer(
        id=derive("tr", incoming.id, TAKE_BACK),
        tenant=incoming.tenant,
        currency=incoming.currency,
        legs=between(incoming.account, in_transit(incoming), incoming.amount),
        kind=TAKE_BACK,
        reference=incoming.id,
        by=incoming.rail,
        at=now,
        reverses=transfer_id(incoming),
    )
    try:
        return ledger.post(transfer), False
    except TransferConflict:
        raise IncomingMoved from None  # somebody else has taken it back: look where it is
    except _CANNOT_GIVE_IT:
        suspense = house_account_id(
            "suspense", currency=incoming.currency, cause=incoming.id, at=incoming.at
        )
        legs = between(suspense, in_transit(incoming), incoming.amount)
        return ledger.post(replace(transfer, legs=legs, reverses=None)), True
