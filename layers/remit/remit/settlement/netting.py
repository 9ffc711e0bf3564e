"""Members, positions and instructions of a window. Pure, and the same in whatever order they come.

Positions add up: those of parts of a window, taken together, are those of the whole.
"""

from collections.abc import Iterable, Mapping
from typing import Literal

from remit.kernel.ids import derive
from remit.settlement.model import Instruction, Member, MemberDiffers, Mode, Position, Window

Answer = Literal["confirmed", "rejected"]


def belongs(window: Window, member: Member) -> bool:
    """Whether `member` settles in `window`."""
    return (
        (member.rail, member.currency) == (window.rail, window.currency)
        and window.opens_at <= member.counted_at < window.closes_at
    )  # fmt: skip


def members_of(window: Window, events: Iterable[Member]) -> tuple[Member, ...]:
    """The members of `window` among `events`, each once, in the order of their ids.

    Raises `MemberDiffers` when two events name one member and tell different things of it.
    """
    return _once(member for member in events if belongs(window, member))


def positions(members: Iterable[Member]) -> tuple[Position, ...]:
    """What each participant owes and is owed, by name; in each currency they sum to nothing."""
    found = _once(members)
    return _summed(
        [(each.currency, each.payer, each.amount, 0) for each in found]
        + [(each.currency, each.payee, 0, each.amount) for each in found]
    )


def together(*parts: Iterable[Position]) -> tuple[Position, ...]:
    """The positions of a window from those of its parts, which share no member."""
    return _summed(
        (each.currency, each.participant, each.debits, each.credits)
        for part in parts
        for each in part
    )


def shortfall(position: Position, *, available: int) -> int:
    """How much is missing at the settlement bank, in minor units, to pay what is owed net."""
    return max(0, -position.net - available)


def instructions(
    window: Window, members: Iterable[Member], *, mode: Mode, agent: str
) -> tuple[Instruction, ...]:
    """The orders that settle `window`, those who pay before those who get, then by name.

    `net`: each participant pays its net position to `agent` (the settlement bank) or gets it from
    there. `gross`: each member is paid by itself. Raises `ValueError` for a member that is not of
    this window, and for an agent that is a participant.
    """
    found = _once(members)
    if not all(belongs(window, member) for member in found):
        raise ValueError("instructions are made from the window's own members")
    if agent in {name for member in found for name in (member.payer, member.payee)}:
        raise ValueError("the settlement bank has no position of its own")
    if mode == "gross":
        return tuple(gross_instruction(window, member) for member in found)
    return net_instructions(window, positions(found), agent=agent)


def net_instructions(
    window: Window, netted: Iterable[Position], *, agent: str
) -> tuple[Instruction, ...]:
    """The orders that settle positions by name: who pays in, then who is paid out."""
    known = tuple(netted)
    pay_in = [position for position in known if position.net < 0]
    pay_out = [position for position in known if position.net > 0]
    return (
        *(_instruction(window, "", each.participant, agent, -each.net) for each in pay_in),
        *(_instruction(window, "", agent, each.participant, each.net) for each in pay_out),
    )


def gross_instruction(window: Window, member: Member) -> Instruction:
    """The order that settles one member by itself."""
    return _instruction(window, member.id, member.payer, member.payee, member.amount)


def answered(
    sent: Iterable[Instruction], answers: Mapping[str, Answer]
) -> Literal["confirmed", "rejected", "failed_in_part"] | None:
    """What the `answers` so far (by instruction id) mean for the window; None while any is open.

    A window without instructions, where all positions are nothing, is confirmed.
    """
    given = {answers.get(instruction.id) for instruction in sent}
    if None in given:
        return None
    if "rejected" not in given:
        return "confirmed"
    return "failed_in_part" if "confirmed" in given else "rejected"


def _once(members: Iterable[Member]) -> tuple[Member, ...]:
    found: dict[str, Member] = {}
    for member in members:
        if found.setdefault(member.id, member) != member:
            raise MemberDiffers(f"{member.id} is recorded with different content")
    return tuple(found[name] for name in sorted(found))


def _summed(rows: Iterable[tuple[str, str, int, int]]) -> tuple[Position, ...]:
    sums: dict[tuple[str, str], tuple[int, int]] = {}
    for currency, participant, out, into in rows:
        owed, due = sums.get((currency, participant), (0, 0))
        sums[currency, participant] = owed + out, due + into
    return tuple(
        Position(participant=participant, currency=currency, debits=owed, credits=due)
        for (currency, participant), (owed, due) in sorted(sums.items())
    )


def _instruction(
    window: Window, cause: str, debtor: str, creditor: str, amount: int
) -> Instruction:
    return Instruction(
        id=derive("sin", window.id, cause, debtor, creditor),
        window_id=window.id,
        debtor=debtor,
        creditor=creditor,
        amount=amount,
        currency=window.currency,
        day=window.day,
    )
