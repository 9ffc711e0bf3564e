"""One run of reconciliation, recorded so that it can be run again and compared. Pure.

The same input under the same rules gives the same result, to the last byte of its hash.
"""

from collections.abc import Iterable, Sequence
from dataclasses import asdict, replace

from remit.kernel.canonical import canonical_json, fingerprint
from remit.kernel.value import value
from remit.reconciliation.balances import balance_breaks
from remit.reconciliation.differences import Sides, breaks
from remit.reconciliation.match import match, once
from remit.reconciliation.model import (
    Break,
    LedgerLine,
    Line,
    Match,
    PaymentFact,
    Relation,
    Statement,
    StatementLine,
)
from remit.reconciliation.rules import RuleSet


@value
class Input:
    """All that a run looks at.

    `postings` are the ledger's entries that payments caused, `nostro` those on the account that
    mirrors the bank's; where every payment settles by itself they may be the same. `previous` is
    the statement before, None for the first. `carried` are lines of earlier statements that nothing
    of ours has stood against so far.
    """

    payments: tuple[PaymentFact, ...]
    postings: tuple[LedgerLine, ...]
    nostro: tuple[LedgerLine, ...]
    statement: Statement
    previous: Statement | None = None
    carried: tuple[StatementLine, ...] = ()

    @property
    def theirs(self) -> tuple[StatementLine, ...]:
        """All lines of the bank's that are looked at."""
        return *self.carried, *self.statement.lines


@value
class Total:
    """What one side of a relation comes to in one currency, in minor units: matched and left in
    breaks. Together that is the sum of all its lines.
    """

    relation: Relation
    side: str
    currency: str
    matched: int
    broken: int


@value
class Result:
    """What a run found, with the hashes of what it looked at and of what it found."""

    input_hash: str
    rules: str
    result_hash: str
    matches: tuple[Match, ...]
    breaks: tuple[Break, ...]
    totals: tuple[Total, ...]


@value
class Comparison:
    """How two runs differ: the first of `input`, `rules` and `result` that is not the same, empty
    when nothing differs; and which breaks went and came, by id.
    """

    differs: str
    gone: tuple[str, ...]
    came: tuple[str, ...]


def reconcile(given: Input, rules: RuleSet) -> Result:
    """Match payments with the ledger and the ledger with the statement, and type what is left.

    Raises `LineDiffers` when two lines of one side have one id and different content.
    """
    looked_at = _sorted(given)
    until = looked_at.statement.last
    matches, found, totals = list[Match](), list[Break](), list[Total]()
    for sides in _relations(looked_at):
        matched = match(sides.relation, sides.ours, sides.theirs, rules.rules[sides.relation])
        matches += matched.matches
        found += breaks(sides, matched, rules, until=until if sides.relation == "bank" else None)
        totals += _totals(sides.relation, "ours", sides.ours, matched.ours)
        totals += _totals(sides.relation, "theirs", sides.theirs, matched.theirs)
    found += balance_breaks(looked_at.statement, looked_at.previous, rules)
    found.sort(key=lambda each: each.id)
    return Result(
        input_hash=_hash(asdict(looked_at)),
        rules=rules.version,
        result_hash=_hash([[asdict(each) for each in some] for some in (matches, found)]),
        matches=tuple(matches),
        breaks=tuple(found),
        totals=tuple(totals),
    )


def compare(first: Result, second: Result) -> Comparison:
    """What differs between two runs."""
    pairs = {
        "input": (first.input_hash, second.input_hash),
        "rules": (first.rules, second.rules),
        "result": (first.result_hash, second.result_hash),
    }
    before, after = ({each.id for each in run.breaks} for run in (first, second))
    return Comparison(
        differs=next((name for name, (one, other) in pairs.items() if one != other), ""),
        gone=tuple(sorted(before - after)),
        came=tuple(sorted(after - before)),
    )


def _relations(given: Input) -> tuple[Sides, Sides]:
    """Payments and ledger entries under the payment's id; nostro and statement as they are."""
    moved = tuple(replace(fact, reference=fact.id) for fact in given.payments if fact.moved)
    posted = tuple(replace(line, reference=line.payment_id) for line in given.postings)
    return (
        Sides(relation="books", ours=moved, theirs=posted),
        Sides(relation="bank", ours=given.nostro, theirs=given.theirs),
    )


def _sorted(given: Input) -> Input:
    """The input with each line once, in the order of ids: what its hash is over."""
    return Input(
        payments=once(given.payments),
        postings=once(given.postings),
        nostro=once(given.nostro),
        statement=replace(given.statement, lines=once(given.statement.lines)),
        previous=None if given.previous is None else replace(given.previous, lines=()),
        carried=once(given.carried),
    )


def _totals(
    relation: Relation, side: str, lines: Iterable[Line], left: Sequence[Line]
) -> list[Total]:
    sums: dict[str, list[int]] = {}
    open_ = {line.id for line in left}
    for line in lines:
        sums.setdefault(line.currency, [0, 0])[line.id in open_] += line.amount
    return [
        Total(relation=relation, side=side, currency=currency, matched=matched, broken=broken)
        for currency, (matched, broken) in sorted(sums.items())
    ]


def _hash(content: object) -> str:
    return fingerprint(canonical_json(content).encode())
