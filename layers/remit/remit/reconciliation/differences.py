"""What matching has left over, each line in one break, with its type. Pure, whatever the order.

First lines of both sides that name the same thing and disagree on it, then lines that one side has
once too often, then what the next statement may still bring, then what one side lacks.
"""

from collections.abc import Callable, Iterable, Sequence
from datetime import date, timedelta
from typing import Literal

from remit.kernel.ids import derive
from remit.kernel.value import value
from remit.reconciliation.match import Matched, agree
from remit.reconciliation.model import Break, Line, Match, Relation, Type
from remit.reconciliation.rules import RuleSet

_COMPARED: tuple[tuple[Type, Callable[[Line], tuple[str | int, ...]]], ...] = (
    ("timing", lambda line: (line.currency, line.amount)),
    ("amount", lambda line: (line.currency,)),
    ("currency", lambda _: ()),
)
"""What two lines of one name have in common, and what they then disagree on."""


@value
class Sides:
    """All lines of both sides of a relation, matched or not."""

    relation: Relation
    ours: tuple[Line, ...]
    theirs: tuple[Line, ...]


def breaks(
    sides: Sides, matched: Matched, rules: RuleSet, *, until: str | None = None
) -> tuple[Break, ...]:
    """The breaks that `matched` leaves, in the order of their ids.

    `until` is the last day of the statement, if theirs is one. A match that left a difference, of
    either sign, has a break too.
    """
    pairs, ours, theirs = _disagreeing(matched.ours, matched.theirs)
    found = [_disagreement(sides.relation, rules, *pair) for pair in pairs]
    found += [_drift(rules, each) for each in matched.matches if each.difference]
    twice_ours = _repeated(sides.ours, matched.ours, ours)
    twice_theirs = _repeated(sides.theirs, matched.theirs, theirs)
    late_from = _late_from(rules, until)
    for line in ours:
        if line.id in twice_ours:
            type_: Type = "duplicate"
        else:
            type_ = "timing" if line.day > late_from else "missing"
        found.append(_alone(sides.relation, rules, type_, "ours", line, twice_ours.get(line.id)))
    for line in theirs:
        type_ = "duplicate" if line.id in twice_theirs else "unexpected"
        found.append(
            _alone(sides.relation, rules, type_, "theirs", line, twice_theirs.get(line.id))
        )
    return tuple(sorted(found, key=lambda each: each.id))


def break_id(relation: Relation, type_: Type, *about: str) -> str:
    """The id of the break of that type about these things."""
    return derive("brk", relation, type_, *about)


def _disagreeing(
    ours: Iterable[Line], theirs: Iterable[Line]
) -> tuple[list[tuple[Type, Line, Line]], list[Line], list[Line]]:
    """Pairs of lines that name the same thing, with what they disagree on; and what is left."""
    left, right = ({line.id: line for line in side} for side in (ours, theirs))
    pairs: list[tuple[Type, Line, Line]] = []
    for name in ("reference", "end_to_end_id"):
        for type_, common in _COMPARED:
            groups = [_groups(side.values(), name, common) for side in (left, right)]
            for key in sorted(groups[0].keys() & groups[1].keys()):
                for one, other in zip(groups[0][key], groups[1][key], strict=False):
                    if agree(one, other):
                        pairs.append((type_, left.pop(one.id), right.pop(other.id)))
    return pairs, list(left.values()), list(right.values())


def _groups(
    lines: Iterable[Line], name: str, common: Callable[[Line], tuple[str | int, ...]]
) -> dict[tuple[str | int, ...], list[Line]]:
    groups: dict[tuple[str | int, ...], list[Line]] = {}
    for line in sorted(lines, key=lambda line: (line.amount, line.day, line.id)):
        if named := str(getattr(line, name)):
            groups.setdefault((named, *common(line)), []).append(line)
    return groups


def _repeated(
    every: Sequence[Line], unmatched: Sequence[Line], left: Sequence[Line]
) -> dict[str, str]:
    """The lines left over that repeat another of their side: their ids, and the other's.

    One that was matched comes before one that was not, then the earlier before the later.
    """
    open_, candidates = {line.id for line in unmatched}, {line.id for line in left}
    first: dict[tuple[str, str, str, int], str] = {}
    found = {}
    for line in sorted(every, key=lambda line: (line.id in open_, line.day, line.id)):
        if not line.reference and not line.end_to_end_id:
            continue
        content = (line.reference, line.end_to_end_id, line.currency, line.amount)
        earlier = first.setdefault(content, line.id)
        if earlier != line.id and line.id in candidates:
            found[line.id] = earlier
    return found


def _late_from(rules: RuleSet, until: str | None) -> str:
    if until is None:
        return "9999-12-31"
    return (date.fromisoformat(until) - timedelta(days=rules.timing_days)).isoformat()


def _alone(
    relation: Relation,
    rules: RuleSet,
    type_: Type,
    side: Literal["ours", "theirs"],
    line: Line,
    repeats: str | None,
) -> Break:
    difference = -line.amount if side == "ours" else line.amount
    details = {
        "duplicate": f"{side} has {repeats} once more",
        "timing": "booked at the end of the statement; the next one may have it",
        "missing": "ours has it, theirs does not",
        "unexpected": "theirs has it, ours does not",
    }
    return Break(
        id=break_id(relation, type_, side, line.id),
        relation=relation,
        type=type_,
        severity=rules.severity(type_, amount=difference, currency=line.currency),
        currency=line.currency,
        difference=difference,
        detail=details[type_],
        ours=(line.id,) if side == "ours" else (),
        theirs=(line.id,) if side == "theirs" else (),
    )


def _disagreement(
    relation: Relation, rules: RuleSet, type_: Type, ours: Line, theirs: Line
) -> Break:
    same = ours.currency == theirs.currency
    difference = theirs.amount - ours.amount if same else -ours.amount
    at_stake = difference or ours.amount
    details = {
        "timing": f"booked on {ours.day} here, and on {theirs.day} there",
        "amount": "the amounts differ",
        "currency": f"in {ours.currency} here, and in {theirs.currency} there",
    }
    return Break(
        id=break_id(relation, type_, ours.id, theirs.id),
        relation=relation,
        type=type_,
        severity=rules.severity(type_, amount=at_stake, currency=ours.currency),
        currency=ours.currency,
        difference=difference,
        detail=details[type_],
        ours=(ours.id,),
        theirs=(theirs.id,),
    )


def _drift(rules: RuleSet, match: Match) -> Break:
    return Break(
        id=break_id(match.relation, "amount", match.id),
        relation=match.relation,
        type="amount",
        severity=rules.severity("amount", amount=match.difference, currency=match.currency),
        currency=match.currency,
        difference=match.difference,
        detail=f"matched within the tolerance of rule {match.rule!r}",
        match_id=match.id,
    )
