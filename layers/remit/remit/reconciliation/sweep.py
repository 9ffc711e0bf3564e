"""Every hour: clocks of breaks that have run out, and runs whose machine was never started."""

from collections.abc import Callable

from remit.kernel.clock import HOUR, MINUTE
from remit.kernel.value import value
from remit.reconciliation.breaks import ROADS, severity
from remit.reconciliation.store import ReconciliationStore, Waiting
from remit.store.commit import Stale, commit
from remit.store.item import Item

STARTED_BY = 10 * MINUTE
"""A run that came in longer ago has had its machine, if ever it was started."""

LATE = 6 * HOUR
"""Who has not come to an end by then needs a person."""

_AT_ONCE = 100
_MOST_PAGES = 100


@value
class Swept:
    """How many breaks are overdue, how many became more severe, how many runs were started again,
    and how many of those have waited too long.
    """

    overdue: int
    harsher: int
    restarted: int
    late: int


def sweep(store: ReconciliationStore, start: Callable[[Waiting], None], *, now: int) -> Swept:
    """Raise the severity of what is overdue, and start again what may never have been started.

    Both may be done twice: severity follows from the time, and a machine that runs already finds
    what the other has done. Raises `Unavailable`.
    """
    overdue = harsher = 0
    place: Item | None = None
    for _ in range(_MOST_PAGES):
        found, place = store.due(now, limit=_AT_ONCE, start=place)
        open_ = [(kept, was) for kept, was in found if ROADS[kept.tracked.status]]
        overdue += len(open_)
        for kept, was in open_:
            if severity(kept.tracked, now=now) != was:
                try:
                    commit(store.table.client, store.change(kept, kept, now=now))
                except Stale:
                    continue  # somebody has it in hand, and the next hour looks again
                harsher += 1
        if place is None:
            break
    waiting = store.waiting(now - STARTED_BY, limit=_AT_ONCE)
    for one in waiting:
        start(one)
    late = sum(one.at <= now - LATE for one in waiting)
    return Swept(overdue=overdue, harsher=harsher, restarted=len(waiting), late=late)
