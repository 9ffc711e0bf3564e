"""Take a window a step on: load, may it move, commit; again from where others have moved it to."""

from collections.abc import Callable, Mapping
from typing import TypeVar

from remit.kernel.errors import Contended
from remit.settlement.kept import Kept, told, waiters
from remit.settlement.store import SettlementStore
from remit.store import commit as unit_of_work
from remit.store.commit import Stale, commit, pause

R = TypeVar("R")

Resume = Callable[[str, Mapping[str, str]], None]
"""Tells a waiting task, by its token, how things are. Twice is harmless."""


def walk(store: SettlementStore, tenant: str, window_id: str, move: Callable[[Kept], R]) -> R:
    """What `move` returns of the window as it stands; `move` commits, or leaves it alone.

    It is made again while others get there first. Raises `WindowUnknown`, `Contended` or
    `Unavailable`, and what `move` raises.
    """
    for attempt in range(unit_of_work.ATTEMPTS):
        try:
            return move(store.get(tenant, window_id))
        except Stale:
            pause(attempt)
    raise Contended


def change(store: SettlementStore, before: Kept, after: Kept) -> None:
    """Commit the window as it is `after`. Raises `Stale` when it has changed meanwhile."""
    commit(store.table.client, [store.change(before, after)])


def tell(store: SettlementStore, resume: Resume, *, tenant: str, window_id: str) -> bool:
    """Tell the tasks that wait, if any do, what has become of the window; whether one was told.

    Raises what `resume` raises: then the same is said again by whoever looks next.
    """
    kept = store.find(tenant, window_id)
    return kept is not None and tell_all(kept, resume)


def tell_all(kept: Kept, resume: Resume) -> bool:
    """The same of a window as it stands."""
    due = [(token, told(kept, waits)) for waits, token in waiters(kept)]
    for token, status in due:
        if status is not None:
            resume(token, {"status": status})
    return any(status is not None for _, status in due)
