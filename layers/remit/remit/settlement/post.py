"""The state *Post settlement*: what was confirmed moves in the ledger, a few transfers at a time.

Each commit moves money and says how far it has come, so that whoever goes on does so from there.
"""

from collections.abc import Callable, Sequence

from remit.ledger.headroom import owed
from remit.ledger.model import Transfer
from remit.settlement.desk import Desk
from remit.settlement.kept import Kept
from remit.settlement.moves import paid, taken
from remit.settlement.walk import walk
from remit.store.commit import commit

BY = "settlement"
AT_ONCE = 16
"""Transfers in one commit: each makes a record and two entries, of 99 that fit."""

_ACCOUNTS, _ORDERS = "account#", "order#"

IsLate = Callable[[], bool]


def post(desk: Desk, *, tenant: str, window_id: str, now: int, is_late: IsLate) -> str:
    """`settled` once all is booked; `posting` when it `is_late` before that, to be gone on with.

    Made again, it goes on where it has come to. Raises `WindowUnknown`, `Contended` or
    `Unavailable`.
    """

    def move(kept: Kept) -> str:
        if kept.status != "CONFIRMED":
            return kept.status.lower()
        if kept.done.startswith(_ORDERS):
            return _pay(desk, kept, now)
        return _collect(desk, kept, now)

    while True:
        status = walk(desk.store, tenant, window_id, move)
        if status != "posting" or is_late():
            return status


def _collect(desk: Desk, kept: Kept, now: int) -> str:
    """In transit → settlement account, the next accounts."""
    total = desk.store.total(kept)
    held = total.held if total else {}
    last = kept.done.removeprefix(_ACCOUNTS)
    left = [name for name in sorted(held) if name > last][:AT_ONCE]
    transfers = taken(kept.window, {name: held[name] for name in left}, desk.books(kept, at=now))
    done = f"{_ACCOUNTS}{left[-1]}" if left else _ORDERS
    return _commit(desk, kept, transfers, done)


def _pay(desk: Desk, kept: Kept, now: int) -> str:
    """Settlement account → nostro, the next orders; then the window is settled."""
    last = kept.done.removeprefix(_ORDERS)
    orders, _ = desk.store.orders(kept, above=last, limit=AT_ONCE)
    if not orders:
        after = kept.after("settled", at=now, by=BY, done="")
        commit(desk.store.table.client, [desk.store.change(kept, after), desk.store.end(kept)])
        return "settled"
    confirmed = [each.instruction for each in orders]
    transfers = paid(kept.window, confirmed, desk.books(kept, at=now))
    return _commit(desk, kept, transfers, f"{_ORDERS}{orders[-1].id}")


def _commit(desk: Desk, kept: Kept, transfers: Sequence[Transfer], done: str) -> str:
    # What comes out of transit is over: no cap on what may be in it has a say.
    moves = owed(desk.ledger, "in_transit", transfers) if transfers else []
    progress = desk.store.change(kept, kept.going(done=done))
    commit(desk.store.table.client, [progress, *moves])
    return "posting"
