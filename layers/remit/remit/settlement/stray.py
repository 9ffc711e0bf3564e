"""Records of members that a dead function's request put where the window had left already.

Nothing was computed from such a record, and whoever was told of the member next has made it one of
a later window. So what a part of a window that has left names counts there; and of what it does not
name, what no later window has.
"""

from collections.abc import Iterable, Iterator

from remit.settlement.kept import Kept
from remit.settlement.model import Member
from remit.settlement.store import SettlementStore
from remit.settlement.timetable import window_of


def counting(
    store: SettlementStore, kept: Kept, part: int, members: Iterable[Member]
) -> Iterator[Member]:
    """Those of `members`, as they stand in part `part` of the window, that count in it.

    One that counts nowhere is among them, so that whoever verifies finds it.
    """
    (computed,) = store.parts(kept, range(part, part + 1)) if kept.is_final else (None,)
    for member in members:
        if computed is None or computed.has(member.id) or not _is_later(store, kept, member.id):
            yield member


def _is_later(store: SettlementStore, kept: Kept, member_id: str) -> bool:
    """Whether a later window has the member."""
    facts, moment = kept.window, kept.window.closes_at
    while True:  # until a window that nobody knows of yet
        window = window_of(store, kept.tenant, facts.rail, facts.currency, moment)
        if store.find(kept.tenant, window.id) is None:
            return False
        if store.has(kept.tenant, window.id, member_id):
            return True
        moment = window.closes_at
