"""What a round of computation finds: a part with its members' names, and all parts together. Pure.

A part says whom it counts, so that whoever comes late knows whether it is in, without reading the
members. It also has what lies on each account in transit, so that settlement need not read them.
"""

import hashlib
from collections.abc import Iterable, Mapping, Sequence

from remit.kernel.value import value
from remit.settlement import proof
from remit.settlement.model import Member, Mode, Position, Window
from remit.settlement.moves import held
from remit.settlement.netting import together
from remit.settlement.proof import Part, Proof

NAME_BYTES = 16


@value
class Computed:
    """One part of a window in one round. `names` are those of its members, 16 bytes each."""

    part: Part
    held: Mapping[str, int]
    names: bytes

    def has(self, member_id: str) -> bool:
        """Whether a member is counted in it."""
        name, names = name_of(member_id), self.names
        low, high = 0, len(names) // NAME_BYTES
        while low < high:
            middle = (low + high) // 2
            found = names[middle * NAME_BYTES : (middle + 1) * NAME_BYTES]
            if found == name:
                return True
            low, high = (middle + 1, high) if found < name else (low, middle)
        return False


@value
class Total:
    """What all parts come to: positions by name, and what lies on each account in transit."""

    positions: tuple[Position, ...]
    held: Mapping[str, int]

    def position_of(self, participant: str, currency: str) -> Position:
        """The position of one participant; nothing owed where it has none."""
        empty = Position(participant=participant, currency=currency, debits=0, credits=0)
        return next((each for each in self.positions if each.participant == participant), empty)


def name_of(member_id: str) -> bytes:
    """By what a part names a member: 128 bits of a hash over its id."""
    return hashlib.sha256(b"member" + member_id.encode()).digest()[:NAME_BYTES]


def compute(window: Window, number: int, members: Iterable[Member], *, ours: str) -> Computed:
    """Part `number` of a window, from all of the members in it."""
    found = list(members)
    return Computed(
        part=proof.part(window, number, found),
        held=held(found, ours),
        names=b"".join(sorted(name_of(member.id) for member in found)),
    )


def combine(window: Window, parts: Sequence[Computed], *, mode: Mode) -> tuple[Proof, Total]:
    """The window's proof and total from all of its parts."""
    sums: dict[str, int] = {}
    for each in parts:
        for account, amount in each.held.items():
            sums[account] = sums.get(account, 0) + amount
    combined = proof.combined(window, (each.part for each in parts), mode=mode)
    positions = together(*(each.part.positions for each in parts))
    return combined, Total(positions=positions, held={name: sums[name] for name in sorted(sums)})
