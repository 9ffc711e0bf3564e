"""No window is forgotten: every minute those that are not settled are looked at.

One whose time has come is closed: its machine is started under a name that it has but once. A
machine that waits, though what it waits for has happened, is told.
"""

from collections.abc import Callable

from remit.kernel.clock import HOUR
from remit.kernel.value import value
from remit.settlement.kept import Kept
from remit.settlement.store import SettlementStore
from remit.settlement.timetable import window_of
from remit.settlement.walk import Resume, tell_all

LATE = HOUR
"""How long after its end a window may take; after that a person is called."""

Start = Callable[[str, str], None]
"""Starts the machine of a tenant's window, unless it was started before."""


@value
class Swept:
    """How many windows were started, told of what they wait for, and are late."""

    started: int = 0
    told: int = 0
    late: int = 0


def sweep(
    store: SettlementStore, start: Start, resume: Resume, *, now: int, until: Callable[[], bool]
) -> Swept:
    """Look at every window that is not settled; the rest is the next run's once `until` holds."""
    counts = {"started": 0, "told": 0, "late": 0}
    place = None
    while not until():
        names, place = store.unsettled(start=place)
        for tenant, window_id in names:
            for what in _looked_at(store, start, resume, store.get(tenant, window_id), now):
                counts[what] += 1
        if place is None:
            break
    return Swept(**counts)


def _looked_at(
    store: SettlementStore, start: Start, resume: Resume, kept: Kept, now: int
) -> list[str]:
    found, facts = [], kept.window
    closes_at = facts.closes_at
    if kept.status == "OPEN":
        window = window_of(store, kept.tenant, facts.rail, facts.currency, facts.opens_at)
        closes_at = window.closes_at
        if now >= window.seals_at:
            start(kept.tenant, kept.id)
            found.append("started")
    if tell_all(kept, resume):
        found.append("told")
    if now >= closes_at + LATE:
        found.append("late")
    return found
