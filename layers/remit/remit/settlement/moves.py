"""What settlement moves in the ledger: in transit → settlement account → nostro. Pure.

Each move is a transfer with an id of its own that derives from the window and from what it moves,
so that carrying it out again makes the same transfer. Accounts are handed in: which shard of a
house account serves a window is the ledger's to say.
"""

from collections.abc import Iterable, Mapping

from remit.kernel.ids import derive
from remit.kernel.value import value
from remit.ledger.model import Transfer, between
from remit.settlement.model import Instruction, Member, Window
from remit.settlement.netting import members_of

KIND = "settlement"


@value
class Books:
    """Where settlement is booked, and for whom: `ours` is our own name among the participants."""

    tenant: str
    ours: str
    settlement: str
    nostro: str
    by: str
    at: int


def held(members: Iterable[Member], ours: str) -> dict[str, int]:
    """What of some members lies on each account in transit: what we owe, less what we are owed.

    Raises `ValueError` for a member of ours that is held on no account.
    """
    sums: dict[str, int] = {}
    for member in members:
        if ours not in (member.payer, member.payee):
            continue
        if not member.held_on:
            raise ValueError(f"{member.id} is ours, and held on no account")
        signed = member.amount if member.payer == ours else -member.amount
        sums[member.held_on] = sums.get(member.held_on, 0) + signed
    return sums


def collected(window: Window, members: Iterable[Member], books: Books) -> tuple[Transfer, ...]:
    """One transfer for each account with money of the window in transit; see `taken`."""
    return taken(window, held(members_of(window, members), books.ours), books)


def taken(window: Window, sums: Mapping[str, int], books: Books) -> tuple[Transfer, ...]:
    """One transfer for each account with money of the window in transit, in the accounts' order.

    What we owe lies there as a credit and goes to the settlement account; what we are owed was
    advanced from there and comes back. Where the two are equal there is nothing to move. After them
    nothing of the window is left in transit.
    """
    return tuple(
        _transfer(
            window, books, account, debtor=account, creditor=books.settlement, amount=sums[account]
        )
        for account in sorted(sums)
        if sums[account]
    )


def paid(window: Window, confirmed: Iterable[Instruction], books: Books) -> tuple[Transfer, ...]:
    """One transfer between settlement account and nostro for each confirmed instruction of ours,
    in the order of their ids. Raises `ValueError` for one of another window.
    """
    orders = {order.id: order for order in confirmed}
    if any(order.window_id != window.id for order in orders.values()):
        raise ValueError("an instruction settles its own window")
    return tuple(
        _transfer(
            window,
            books,
            name,
            debtor=books.settlement,
            creditor=books.nostro,
            amount=order.amount if order.debtor == books.ours else -order.amount,
        )
        for name, order in sorted(orders.items())
        if books.ours in (order.debtor, order.creditor)
    )


def _transfer(
    window: Window, books: Books, cause: str, *, debtor: str, creditor: str, amount: int
) -> Transfer:
    """A transfer of `amount`, the other way round where that is negative."""
    legs = between(debtor, creditor, amount) if amount > 0 else between(creditor, debtor, -amount)
    return Transfer(
        id=derive("tr", books.tenant, window.id, KIND, cause),
        tenant=books.tenant,
        currency=window.currency,
        legs=legs,
        kind=KIND,
        reference=window.id,
        by=books.by,
        at=books.at,
    )
