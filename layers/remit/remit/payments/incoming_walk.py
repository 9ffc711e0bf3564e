"""Take an incoming payment a step on: load, may it move, commit; again from where it is by now."""

from collections.abc import Callable
from typing import TypeVar

from remit.kernel.errors import Contended
from remit.payments.incoming_model import Incoming, IncomingStep
from remit.payments.incoming_store import IncomingStore
from remit.store import commit as unit_of_work
from remit.store.commit import Stale, commit, pause

R = TypeVar("R")


def walk_in(store: IncomingStore, tenant: str, identifier: str, move: Callable[[Incoming], R]) -> R:
    """What `move` returns of the payment as it stands; `move` commits, or leaves it alone.

    It is made again while others get there first. Raises `IncomingNotFound`, `Contended` or
    `Unavailable`, and what `move` raises.
    """
    for attempt in range(unit_of_work.ATTEMPTS):
        incoming = store.get(tenant, identifier)
        try:
            return move(incoming)
        except Stale:
            pause(attempt)
    raise Contended


def reject(
    store: IncomingStore, incoming: Incoming, reason: str, *, by: str, now: int, listed: str = ""
) -> None:
    """Reject a payment that nobody has decided on; with `listed` a person is to look at it, too."""
    step = IncomingStep(status="rejected", at=now, by=by, reason=reason)
    writes = [store.take(incoming, step, listed=listed or None)]
    if listed:
        writes.append(store.open_case(incoming, at=now))
    commit(store.table.client, writes)
