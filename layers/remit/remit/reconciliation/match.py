"""Matching two lists of lines by rules. Pure, deterministic, and the same in whatever order.

Lines are indexed by what a rule compares and sorted by amount, day and id; each is looked at with a
bounded number of others, so that time grows with n log n. Where several lines stand for one, all
lines of a key are tried as a whole; then, if they are few, every choice among them. A choice that
is not the only one that fits proves nothing, and is left to a person.
"""

from bisect import bisect_left
from collections.abc import Iterable, Iterator, Mapping, Sequence
from datetime import date
from itertools import combinations
from typing import TypeVar

from remit.kernel.ids import derive
from remit.kernel.value import value
from remit.reconciliation.model import Line, LineDiffers, Match, Relation
from remit.reconciliation.rules import Rule

L = TypeVar("L", bound=Line)

MOST_LOOKED_AT = 32
"""Free lines within a tolerance that are looked at for one line."""

MOST_CHOSEN_FROM = 8
"""Lines on either side of a key among which every choice is tried."""

MOST_FITS = 64
Entry = tuple[int, int, str, Line]
"""A line with what it is sorted by: amount, day (as a number), id."""

Pair = tuple[tuple[Line, ...], tuple[Line, ...]]


@value
class Matched:
    """What was matched, and what of each side was not, in the order of ids."""

    matches: tuple[Match, ...]
    ours: tuple[Line, ...]
    theirs: tuple[Line, ...]


def once(lines: Iterable[L]) -> tuple[L, ...]:
    """Each line once, in the order of ids. Raises `LineDiffers` for an id with two contents."""
    found: dict[str, L] = {}
    for line in lines:
        if found.setdefault(line.id, line) != line:
            raise LineDiffers(f"{line.id} is there with different content")
    return tuple(found[name] for name in sorted(found))


def match(
    relation: Relation, ours: Iterable[Line], theirs: Iterable[Line], rules: Sequence[Rule]
) -> Matched:
    """The matches that `rules` find, each rule among what those before it have left.

    A line is in one match at most. One that goes by a name that the other side knows is never
    matched by amount alone. Raises `LineDiffers`.
    """
    left, right = ({line.id: line for line in once(side)} for side in (ours, theirs))
    known = _names(left.values()) & _names(right.values())
    matches: list[Match] = []
    for rule in rules:
        for pair in _pairs(rule, *(_open_to(rule, side, known) for side in (left, right))):
            matches.append(_match(relation, rule, pair))
            for side, lines in zip((left, right), pair, strict=True):
                for line in lines:
                    del side[line.id]
    matches.sort(key=lambda each: each.id)
    return Matched(matches=tuple(matches), ours=tuple(left.values()), theirs=tuple(right.values()))


def agree(ours: Line, theirs: Line) -> bool:
    """Whether two lines do not contradict each other: both naming an end-to-end id, it is one."""
    return not ours.end_to_end_id or ours.end_to_end_id == (
        theirs.end_to_end_id or ours.end_to_end_id
    )


def _names(lines: Iterable[Line]) -> set[str]:
    return {name for line in lines for name in (line.reference, line.end_to_end_id) if name}


def _open_to(rule: Rule, side: Mapping[str, Line], known: set[str]) -> list[Line]:
    """The lines of a side that `rule` may match."""
    if rule.by:
        return list(side.values())
    return [line for line in side.values() if known.isdisjoint(_names([line]))]


def _pairs(rule: Rule, ours: Iterable[Line], theirs: Iterable[Line]) -> list[Pair]:
    """What `rule` takes together, from each group of lines that agree in its keys."""
    left, right = _grouped(rule, ours), _grouped(rule, theirs)
    find = _one_to_one if rule.shape == "1:1" else _several
    return [
        pair
        for key in sorted(left.keys() & right.keys())
        for pair in find(rule, left[key], right[key])
    ]


def _grouped(rule: Rule, lines: Iterable[Line]) -> dict[tuple[str, ...], list[Entry]]:
    groups: dict[tuple[str, ...], list[Entry]] = {}
    for line in lines:
        names = [str(getattr(line, name)) for name in rule.by]
        if all(names):
            key = (line.currency, *names, *(() if rule.lag else (line.day,)))
            entry = (line.amount, date.fromisoformat(line.day).toordinal(), line.id, line)
            groups.setdefault(key, []).append(entry)
    for group in groups.values():
        group.sort()
    return groups


def _one_to_one(rule: Rule, ours: list[Entry], theirs: list[Entry]) -> Iterator[Pair]:
    """Each of ours with the free one of theirs that is nearest in amount, then the earliest."""
    following = list(range(len(theirs) + 1))
    for amount, day, _, line in ours:
        if rule.tolerance:
            start = bisect_left(theirs, (amount - rule.tolerance,))
        else:
            start = bisect_left(theirs, (amount, day - rule.lag))
        fits: list[tuple[int, int, str, int]] = []
        place = _free(following, start)
        for _ in range(MOST_LOOKED_AT):
            if place == len(theirs) or theirs[place][0] > amount + rule.tolerance:
                break
            amount_there, day_there, name, other = theirs[place]
            if abs(day_there - day) <= rule.lag and agree(line, other):
                fits.append((abs(amount_there - amount), day_there, name, place))
            place = _free(following, place + 1)
        if fits:
            place = min(fits)[-1]
            following[place] = place + 1
            yield (line,), (theirs[place][-1],)


def _free(following: list[int], place: int) -> int:
    """The first place from `place` on that is not taken; what was walked is shortened."""
    while following[place] != place:
        following[place] = following[following[place]]
        place = following[place]
    return place


def _several(rule: Rule, ours: list[Entry], theirs: list[Entry]) -> list[Pair]:
    if _fits(rule, ours, theirs):
        return [(_lines(ours), _lines(theirs))]
    if max(len(ours), len(theirs)) > MOST_CHOSEN_FROM:
        return []
    fits = _choices(rule, ours, theirs)
    if len(fits) > MOST_FITS:
        return []
    least = [fit for fit in fits if not any(_within(other, fit) for other in fits if other != fit)]
    sure = [
        fit for fit in least if not any(_overlap(fit, other) for other in least if other != fit)
    ]
    return [(_lines(chosen), _lines(others)) for chosen, others in sure]


def _choices(
    rule: Rule, ours: list[Entry], theirs: list[Entry]
) -> list[tuple[tuple[Entry, ...], tuple[Entry, ...]]]:
    """Every choice of ours and theirs that fits, up to one more than are of any use."""
    sums = sorted(
        (sum(entry[0] for entry in chosen), number, chosen)
        for number, chosen in enumerate(_subsets(theirs, _most(rule, 1)))
    )
    found: list[tuple[tuple[Entry, ...], tuple[Entry, ...]]] = []
    for chosen in _subsets(ours, _most(rule, 0)):
        total = sum(entry[0] for entry in chosen)
        for place in range(bisect_left(sums, (total - rule.tolerance,)), len(sums)):
            there, _, others = sums[place]
            if there > total + rule.tolerance or len(found) > MOST_FITS:
                break
            if _fits(rule, chosen, others):
                found.append((chosen, others))
    return found


def _subsets(entries: Sequence[Entry], most: int) -> Iterator[tuple[Entry, ...]]:
    sizes = (1,) if most == 1 else range(2, min(most, len(entries)) + 1)
    return (chosen for size in sizes for chosen in combinations(entries, size))


def _most(rule: Rule, side: int) -> int:
    return 1 if rule.shape.split(":")[side] == "1" else rule.most


def _fits(rule: Rule, ours: Sequence[Entry], theirs: Sequence[Entry]) -> bool:
    for side, entries in enumerate((ours, theirs)):
        most = _most(rule, side)
        if not (len(entries) == 1 if most == 1 else 1 < len(entries) <= most):
            return False
    if abs(sum(entry[0] for entry in theirs) - sum(entry[0] for entry in ours)) > rule.tolerance:
        return False
    days = [entry[1] for entry in (*ours, *theirs)]
    named = {line.end_to_end_id for *_, line in (*ours, *theirs) if line.end_to_end_id}
    # Parts of one movement may each have an id of their own, but then the whole has none.
    alone = [side[0][-1] for side in (ours, theirs) if len(side) == 1]
    contradicted = any(line.end_to_end_id and named != {line.end_to_end_id} for line in alone)
    return max(days) - min(days) <= rule.lag and not contradicted


def _within(
    small: tuple[Sequence[Entry], Sequence[Entry]], large: tuple[Sequence[Entry], Sequence[Entry]]
) -> bool:
    return all(set(few) <= set(many) for few, many in zip(small, large, strict=True))


def _overlap(
    one: tuple[Sequence[Entry], Sequence[Entry]], other: tuple[Sequence[Entry], Sequence[Entry]]
) -> bool:
    return any(set(some) & set(others) for some, others in zip(one, other, strict=True))


def _lines(entries: Iterable[Entry]) -> tuple[Line, ...]:
    return tuple(sorted((entry[-1] for entry in entries), key=lambda line: line.id))


def _match(relation: Relation, rule: Rule, pair: Pair) -> Match:
    ours, theirs = pair
    names = tuple(line.id for line in ours), tuple(line.id for line in theirs)
    return Match(
        id=derive("mat", relation, rule.name, *names[0], "", *names[1]),
        relation=relation,
        rule=rule.name,
        confidence=rule.confidence,
        currency=ours[0].currency,
        ours=names[0],
        theirs=names[1],
        difference=sum(line.amount for line in theirs) - sum(line.amount for line in ours),
    )
