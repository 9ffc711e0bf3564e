"""Compute a window anew from its members and the ledger, and name the first difference."""

from collections.abc import Iterator

from remit.kernel.value import value
from remit.ledger.model import Leg, Transfer
from remit.ledger.refusals import TransferNotFound
from remit.ledger.store import Ledger
from remit.payments.reserve import reserve_id
from remit.settlement import proof
from remit.settlement.desk import Desk
from remit.settlement.kept import Kept
from remit.settlement.model import Member
from remit.settlement.moves import held, paid, taken
from remit.settlement.proof import PARTS, Difference, Proof
from remit.settlement.stray import counting
from remit.settlement.timetable import window_of


@value
class Verified:
    """What was found: the window's status and hash, how many members, the first difference."""

    status: str
    members: int
    hash: str | None
    difference: Difference | None


def verify(desk: Desk, *, tenant: str, window_id: str) -> Verified:
    """Hold the window's proof, and its moves in the ledger, against all that they follow from.

    The window's facts come from the tables, members from their records, each member's money from
    the transfer that put it in transit. Raises `WindowUnknown`.
    """
    kept = desk.store.get(tenant, window_id)
    members = [
        member
        for part in range(PARTS)
        for member in counting(desk.store, kept, part, desk.store.members(tenant, window_id, part))
    ]
    found = next(_differences(desk, kept, members), None)
    return Verified(status=kept.status, members=len(members), hash=kept.hash, difference=found)


def _differences(desk: Desk, kept: Kept, members: list[Member]) -> Iterator[Difference]:
    facts = kept.window
    window = window_of(desk.store, kept.tenant, facts.rail, facts.currency, facts.opens_at)
    claimed = _claimed(desk, kept)
    if kept.hash is not None and claimed is None:
        yield Difference(what="parts", claimed="all there", found="some missing")
    if claimed is not None:
        found = proof.verify(claimed, members, window=window)
        if found is not None:
            yield found
    for member in members:
        yield from _on_ledger(desk.ledger, kept.tenant, desk.ours, member)
    if kept.status == "SETTLED":
        yield from _moved(desk, kept, members)


def _claimed(desk: Desk, kept: Kept) -> Proof | None:
    """The proof as it is stored: parts, positions and hash."""
    total = desk.store.total(kept)
    parts = [part.part for part in desk.store.parts(kept, range(PARTS)) if part is not None]
    if total is None or kept.hash is None or len(parts) < PARTS:
        return None
    return Proof(
        window=kept.window,
        mode=kept.mode,
        parts=tuple(parts),
        positions=total.positions,
        hash=kept.hash,
    )


def _on_ledger(ledger: Ledger, tenant: str, ours: str, member: Member) -> Iterator[Difference]:
    """Whether the ledger has put a member's money where it says that it lies."""
    if ours not in (member.payer, member.payee):
        return
    side = "credit" if member.payer == ours else "debit"
    due = Leg(account_id=member.held_on, side=side, amount=member.amount)  # type: ignore[arg-type]
    name = reserve_id(member.id) if member.id.startswith("pay_") else member.id
    transfer = _recorded(ledger, tenant, name)
    if transfer is None or transfer.currency != member.currency or due not in transfer.legs:
        yield Difference(
            what=f"the ledger's transfer of member {member.id}",
            claimed=f"{due.side} of {due.amount} on {due.account_id}",
            found="no such transfer" if transfer is None else "other legs",
        )


def _moved(desk: Desk, kept: Kept, members: list[Member]) -> Iterator[Difference]:
    """Whether a settled window's moves are in the ledger, each as it follows from the members."""
    books = desk.books(kept, at=0)
    confirmed = [order.instruction for order in desk.store.all_orders(kept)]
    due = (
        *taken(kept.window, held(members, desk.ours), books),
        *paid(kept.window, confirmed, books),
    )
    for transfer in due:
        found = _recorded(desk.ledger, kept.tenant, transfer.id)
        if found is None or found.legs != transfer.legs:
            yield Difference(
                what=f"settlement transfer {transfer.id}",
                claimed=str(transfer.legs[0].amount),
                found="none" if found is None else str(found.legs[0].amount),
            )


def _recorded(ledger: Ledger, tenant: str, transfer_id: str) -> Transfer | None:
    try:
        return ledger.recorded(tenant, transfer_id).transfer
    except TransferNotFound:
        return None
