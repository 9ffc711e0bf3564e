"""The state *Close window*: seal it, from when on nobody becomes a member by being there."""

from dataclasses import replace

from remit.settlement.kept import Kept
from remit.settlement.store import SettlementStore
from remit.settlement.timetable import window_of
from remit.settlement.walk import change, walk

BY = "settlement"


def close(store: SettlementStore, *, tenant: str, window_id: str, now: int) -> str:
    """The window's status, `closed` from its seal on; `open` while that is not due.

    Its bounds are stored as the tables have them now: no cut-off can be made any more that lies in
    it. Made again, it changes nothing. Raises `WindowUnknown`, `Contended` or `Unavailable`.
    """

    def move(kept: Kept) -> str:
        if kept.status != "OPEN":
            return kept.status.lower()
        facts = kept.window
        window = window_of(store, tenant, facts.rail, facts.currency, facts.opens_at)
        if now < window.seals_at:
            return "open"
        change(store, kept, replace(kept.after("closed", at=now, by=BY), window=window))
        return "closed"

    return walk(store, tenant, window_id, move)
