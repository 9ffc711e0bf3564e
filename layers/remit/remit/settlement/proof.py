"""The proof of a window: a hash that anyone can compute again from its members. Pure.

A window is proved in parts: a member's id decides on its part. Each part has a hash over its
members in the order of their ids; the window's hash is over its own facts, its parts and its
positions. Parts can be computed side by side, and a difference is found without all members.
"""

import hashlib
from collections.abc import Iterable, Sequence
from dataclasses import asdict

from remit.kernel.canonical import canonical_json, fingerprint
from remit.kernel.value import value
from remit.settlement.model import Member, MemberDiffers, Mode, Position, Window
from remit.settlement.netting import members_of, positions, together

PARTS = 64


@value
class Part:
    """One part of a window: how many members, a hash over them, and their positions."""

    number: int
    count: int
    hash: str
    positions: tuple[Position, ...]


@value
class Proof:
    """What a window came to: its facts, parts, positions by name, and the hash over all that."""

    window: Window
    mode: Mode
    parts: tuple[Part, ...]
    positions: tuple[Position, ...]
    hash: str

    @property
    def count(self) -> int:
        """How many members the window has."""
        return sum(part.count for part in self.parts)


@value
class Difference:
    """The first thing that is not as claimed: `what`, and both sides of it."""

    what: str
    claimed: str
    found: str


def part_of(member_id: str) -> int:
    """The number of the part that a member is in."""
    return hashlib.sha256(member_id.encode()).digest()[0] % PARTS


def part(window: Window, number: int, events: Iterable[Member]) -> Part:
    """Part `number` of the window, from `events` with all of its members among them.

    Raises `MemberDiffers` when two events tell different things of one member.
    """
    members = members_of(window, (event for event in events if part_of(event.id) == number))
    return Part(
        number=number,
        count=len(members),
        hash=_hash([asdict(member) for member in members]),
        positions=positions(members),
    )


def combined(window: Window, parts: Iterable[Part], *, mode: Mode) -> Proof:
    """The proof from all parts of the window, in any order. Raises `ValueError` unless each of them
    is there once.
    """
    ordered = sorted(parts, key=lambda each: each.number)
    if [each.number for each in ordered] != list(range(PARTS)):
        raise ValueError(f"a window has the parts 0 to {PARTS - 1}, each once")
    netted = together(*(each.positions for each in ordered))
    content = {
        "window": asdict(window),
        "mode": mode,
        "parts": [[each.count, each.hash] for each in ordered],
        "positions": [asdict(position) for position in netted],
    }
    return Proof(
        window=window, mode=mode, parts=tuple(ordered), positions=netted, hash=_hash(content)
    )


def proof(window: Window, events: Iterable[Member], *, mode: Mode = "net") -> Proof:
    """The window's proof from `events`: all of its members, in any order and number."""
    sorted_out: list[list[Member]] = [[] for _ in range(PARTS)]
    for event in events:
        sorted_out[part_of(event.id)].append(event)
    parts = [part(window, number, found) for number, found in enumerate(sorted_out)]
    return combined(window, parts, mode=mode)


def verify(
    claimed: Proof,
    events: Iterable[Member],
    *,
    window: Window | None = None,
    members: Sequence[Member] = (),
) -> Difference | None:
    """The first difference between what is claimed and what `events` give; None when all agrees.

    In this order: the window's own facts against `window` (from the tables, if that is given), each
    member against `members` (those that the claim was made from, if they are kept), each part, each
    position, and the hash itself.
    """
    kept = tuple(events)
    try:
        found = proof(window or claimed.window, kept, mode=claimed.mode)
    except MemberDiffers as error:
        return Difference(what="members", claimed="each once", found=str(error))
    return (
        _differing_facts(claimed.window, found.window)
        or (_differing_members(found.window, members, kept) if members else None)
        or _differing_parts(claimed.parts, found.parts)
        or _differing_positions(claimed.positions, found.positions)
        or _differing("hash", claimed.hash, found.hash)
    )


def _differing(what: str, claimed: object, found: object) -> Difference | None:
    if claimed == found:
        return None
    return Difference(what=what, claimed=str(claimed), found=str(found))


def _differing_facts(claimed: Window, found: Window) -> Difference | None:
    ours, theirs = asdict(found), asdict(claimed)
    differing = [name for name in theirs if theirs[name] != ours[name]]
    return _differing(differing[0], theirs[differing[0]], ours[differing[0]]) if differing else None


def _differing_members(
    window: Window, claimed: Iterable[Member], events: Iterable[Member]
) -> Difference | None:
    theirs = {member.id: member for member in members_of(window, claimed)}
    ours = {member.id: member for member in members_of(window, events)}
    for name in sorted(theirs.keys() | ours.keys()):
        if theirs.get(name) != ours.get(name):
            return Difference(
                what=f"member {name}", claimed=_told(theirs.get(name)), found=_told(ours.get(name))
            )
    return None


def _differing_parts(claimed: Sequence[Part], found: Sequence[Part]) -> Difference | None:
    if len(claimed) != len(found):
        return _differing("parts", len(claimed), len(found))
    for theirs, ours in zip(claimed, found, strict=True):
        if (theirs.number, theirs.count, theirs.hash) != (ours.number, ours.count, ours.hash):
            return Difference(
                what=f"part {ours.number}",
                claimed=f"{theirs.count} members, {theirs.hash}",
                found=f"{ours.count} members, {ours.hash}",
            )
        if theirs.positions != ours.positions:
            return _differing_positions(theirs.positions, ours.positions) or Difference(
                what=f"part {ours.number}", claimed="positions out of order", found="by name"
            )
    return None


def _differing_positions(
    claimed: Iterable[Position], found: Iterable[Position]
) -> Difference | None:
    theirs, ours = ({each.participant: each for each in side} for side in (claimed, found))
    for name in sorted(theirs.keys() | ours.keys()):
        if theirs.get(name) != ours.get(name):
            return Difference(
                what=f"position of {name}",
                claimed=_told(theirs.get(name)),
                found=_told(ours.get(name)),
            )
    return None


def _told(content: Member | Position | None) -> str:
    return "nothing" if content is None else canonical_json(asdict(content))


def _hash(content: object) -> str:
    return fingerprint(canonical_json(content).encode())
