"""The state *Take back credit*: the scheme says no to a payment that we have said yes to.

It has stopped waiting before our yes arrived, so the payer keeps the money, and what was credited
goes back. That is known within moments: what a scheme says days later is for a person. An account
that cannot give it (spent, frozen, closed) does not stop that: the house stands in for it from
suspense, and a person sees to the claim. Nor does the net debit cap: it limits what we accept, and
this is owed.
"""

from dataclasses import replace

from remit.kernel.clock import DAY
from remit.ledger import headroom
from remit.ledger.chart import house_account_id
from remit.ledger.model import Transfer, between
from remit.ledger.refusals import (
    AccountClosed,
    AccountFrozen,
    InsufficientFunds,
    TransferConflict,
)
from remit.ledger.store import Ledger
from remit.payments.credit import in_transit, transfer_id
from remit.payments.incoming_model import TAKE_BACK, Incoming, IncomingStep
from remit.payments.incoming_store import IncomingMoved, IncomingStore
from remit.payments.incoming_walk import reject, walk_in
from remit.payments.outcome import Outcome
from remit.store.commit import commit
from remit.store.write import Write

TAKEN_BACK_WITHIN = DAY
"""How long after a credit the scheme's no takes it back by itself, in milliseconds."""

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

    One that nobody has decided on is rejected instead, and one that was rejected stays so. A no to
    what was given back after a recall, or was credited more than a day ago, is `contradicted`. Made
    again, it changes nothing. Raises `IncomingNotFound`, `Contended` or `Unavailable`.
    """

    def move(incoming: Incoming) -> Outcome:
        if incoming.status == "returned":
            return Outcome(status="contradicted")
        if incoming.status == "received":
            reject(store, incoming, reason, by=incoming.rail, now=now)
            return Outcome(status="rejected", here=True)
        if incoming.status != "credited":
            return Outcome(status=incoming.status)
        if now > incoming.history[-1].at + TAKEN_BACK_WITHIN:
            return Outcome(status="contradicted")
        writes, in_suspense = _back(ledger, incoming, now)
        step = IncomingStep(status="reversed", at=now, by=incoming.rail, reason=reason)
        commit(store.table.client, [store.take(incoming, step), *writes])
        return Outcome(status="reversed", here=True, in_suspense=in_suspense)

    return walk_in(store, tenant, incoming_id, move)


def _back(ledger: Ledger, incoming: Incoming, now: int) -> tuple[list[Write], bool]:
    """The writes that move the money back, and whether it is suspense that gives it."""
    transfer = Transfer(
        id=transfer_id(incoming, TAKE_BACK),
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
        return headroom.owed(ledger, "in_transit", [transfer]), False
    except TransferConflict:
        raise IncomingMoved from None  # somebody else has taken it back: look where it is
    except _CANNOT_GIVE_IT:
        suspense = house_account_id(
            "suspense", currency=incoming.currency, cause=incoming.id, at=incoming.at
        )
        legs = between(suspense, in_transit(incoming), incoming.amount)
        kept = replace(transfer, legs=legs, reverses=None)
        return headroom.owed(ledger, "in_transit", [kept]), True
