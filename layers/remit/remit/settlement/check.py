"""The state *Check liquidity*: what the window comes to, and whether we can pay what we owe."""

from remit.kernel.value import value
from remit.settlement.computed import Total, combine
from remit.settlement.desk import Desk
from remit.settlement.kept import Kept
from remit.settlement.netting import shortfall
from remit.settlement.proof import PARTS
from remit.settlement.walk import change, walk
from remit.store.commit import commit

BY = "settlement"


@value
class Checked:
    """`enough`, `short`, or the window's status; and how much is missing, in minor units."""

    status: str
    missing: int = 0


def check(desk: Desk, *, tenant: str, window_id: str, now: int) -> Checked:
    """Bring the parts together, once, then hold what we owe against what is available.

    `closed` when the window has to be computed (again). Raises `WindowUnknown`, `Contended` or
    `Unavailable`.
    """

    def move(kept: Kept) -> Checked:
        if kept.status == "CLOSED":
            return _combine(desk, kept, now)
        if kept.status == "COMPUTED":
            return _check(desk, kept, now)
        return Checked(status=kept.status.lower())

    found = walk(desk.store, tenant, window_id, move)
    # What was just computed is checked from what is stored, as after a crash.
    return walk(desk.store, tenant, window_id, move) if found.status == "computed" else found


def missing(desk: Desk, kept: Kept, total: Total) -> int:
    """How much we lack for the window. Gross, each member is paid by itself: all that we owe."""
    currency = kept.window.currency
    position = total.position_of(desk.ours, currency)
    available = desk.available(kept.tenant, currency)
    if kept.mode == "gross":
        return max(0, position.debits - available)
    return shortfall(position, available=available)


def _combine(desk: Desk, kept: Kept, now: int) -> Checked:
    found = desk.store.parts(kept, range(PARTS))
    parts = [part for part in found if part is not None]
    if len(parts) < PARTS:
        return Checked(status="closed")
    proof, total = combine(kept.window, parts, mode=kept.mode)
    after = kept.going().after("computed", at=now, by=BY, count=proof.count, hash=proof.hash)
    writes = [desk.store.change(kept, after), desk.store.keep_total(kept, total)]
    commit(desk.store.table.client, writes)
    return Checked(status="computed")


def _check(desk: Desk, kept: Kept, now: int) -> Checked:
    total = desk.store.total(kept)
    if total is None:
        raise LookupError("a computed window has its positions")
    lacking = missing(desk, kept, total)
    if lacking <= 0 or not kept.count:
        return Checked(status="enough")
    change(desk.store, kept, kept.going().after("short", at=now, by=BY))
    return Checked(status="short", missing=lacking)
