"""The state *Read statement*: gather both sides of a run, and keep them before anything is matched.

Statements of an account are read one after the other, since what one leaves open is carried into
the next. What was kept first stands, however often this is done: the ledger goes on meanwhile.
"""

from dataclasses import replace

from remit.kernel.canonical import fingerprint
from remit.kernel.value import value
from remit.reconciliation import ours
from remit.reconciliation.books import books
from remit.reconciliation.breaks import ROADS
from remit.reconciliation.desk import LedgerDesk
from remit.reconciliation.model import LedgerLine, PaymentFact, StatementLine
from remit.reconciliation.records import (
    Cut,
    Looked,
    left_ours,
    left_theirs,
    looked_bytes,
    statement_of,
)
from remit.reconciliation.result import Input, Result
from remit.reconciliation.runs import FINAL, MOST_LINES, Run, TooManyLines, folder
from remit.reconciliation.windows import members

WAITING = "waiting"


def read_statement(desk: LedgerDesk, *, tenant: str, run_id: str, now: int) -> str:
    """`read` once both sides are kept, `waiting` while an earlier statement is not reconciled.

    Done again, it answers with how far the run has come. Raises `ReconciliationNotFound`,
    `TooManyLines` or `Unavailable`.
    """
    run = desk.store.get(tenant, run_id)
    if run.status != "received":
        return run.status
    previous = desk.store.get(tenant, run.previous) if run.previous else None
    before = previous
    while before is not None and before.status == "failed":
        # What a failed run has not seen is still to be seen.
        before = desk.store.get(tenant, before.previous) if before.previous else None
    if any(each is not None and each.status not in FINAL for each in (previous, before)):
        return WAITING
    looked = _looked(desk, run, previous, before, now=now)
    content = looked_bytes(looked)
    key = f"{folder(tenant, run_id)}/input-{fingerprint(content)}.json"
    desk.keep(key, content)
    return desk.take(run, desk.store.advance(run, "read", input_key=key)).status


def _looked(
    desk: LedgerDesk, run: Run, previous: Run | None, before: Run | None, *, now: int
) -> Looked:
    statement = statement_of(desk.fetch(run.statement_key))
    carried = _carried(desk, before) if before else _Carried()
    cut, old_ours, old_theirs = carried.cut, carried.ours, carried.theirs
    span = ours.Span(tenant=run.tenant, currency=run.currency, first=run.first, last=run.last)
    new, read = ours.nostro(desk.shelves.ledger, span, cut)
    seen = members(desk.settlement, span, cut)
    found, in_transit = books(desk.shelves, span, cut, seen.members, carried.facts, now=now)
    if max(len(old_ours) + len(new), len(old_theirs) + len(statement.lines)) > MOST_LINES:
        raise TooManyLines
    return Looked(
        given=Input(
            payments=found.payments,
            postings=found.postings,
            nostro=(*old_ours, *new),
            statement=statement,
            previous=previous.header if previous else None,
            carried=old_theirs,
        ),
        cut=Cut(
            seen={**read.seen, **in_transit},
            balance=read.balance,
            again=found.again,
            returned=found.returned,
            windows=seen.read,
            waiting=seen.waiting,
        ),
    )


@value
class _Carried:
    """What a run takes over from the one before it; nothing for the first."""

    cut: Cut | None = None
    ours: tuple[LedgerLine, ...] = ()
    theirs: tuple[StatementLine, ...] = ()
    facts: tuple[PaymentFact, ...] = ()


def _carried(desk: LedgerDesk, before: Run) -> _Carried:
    """Where the run before has cut the ledger, and what it left open on both sides.

    Lines of breaks that have ended since are gone with them.
    """
    looked, result = desk.looked(before), desk.result(before)
    kept = desk.store.breaks(before.tenant, [each.id for each in result.breaks])
    ended = [each.tracked.found for each in kept.values() if not ROADS[each.tracked.status]]
    gone = {line for found in ended for line in (*found.ours, *found.theirs)}
    disputed = _disputed(looked, result, gone)
    return _Carried(
        cut=replace(looked.cut, again=tuple(sorted({*looked.cut.again, *disputed}))),
        ours=tuple(each for each in left_ours(looked.given, result) if each.id not in gone),
        theirs=tuple(each for each in left_theirs(looked.given, result) if each.id not in gone),
        facts=tuple(each for each in looked.given.payments if each.id in disputed),
    )


def _disputed(looked: Looked, result: Result, gone: set[str]) -> set[str]:
    """The payments that have a break which has not ended: they are looked at again."""
    paid = {line.id: line.payment_id for line in looked.given.postings}
    return {
        paid.get(line, line)
        for found in result.breaks
        if found.relation == "books"
        for line in (*found.ours, *found.theirs)
        if line not in gone
    }
