"""The state *Read statement*: gather both sides of a run, and keep them before anything is matched.

Statements of an account are read one after the other, since what one leaves open is carried into
the next. What was kept first stands, however often this is done: the ledger goes on meanwhile.
"""

from remit.kernel.canonical import fingerprint
from remit.reconciliation import ours
from remit.reconciliation.breaks import ROADS
from remit.reconciliation.desk import LedgerDesk
from remit.reconciliation.model import LedgerLine, StatementLine
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
    cut, old_ours, old_theirs = _carried(desk, before) if before else (None, (), ())
    span = ours.Span(tenant=run.tenant, currency=run.currency, first=run.first, last=run.last)
    new, read = ours.nostro(desk.ledger, span, cut)
    books, in_transit = ours.books(desk.ledger, desk.payments, span, cut, now=now)
    if max(len(old_ours) + len(new), len(old_theirs) + len(statement.lines)) > MOST_LINES:
        raise TooManyLines
    return Looked(
        given=Input(
            payments=books.payments,
            postings=books.postings,
            nostro=(*old_ours, *new),
            statement=statement,
            previous=previous.header if previous else None,
            carried=old_theirs,
        ),
        cut=Cut(
            seen={**read.seen, **in_transit},
            balance=read.balance,
            again=books.again,
            returned=books.returned,
        ),
    )


def _carried(
    desk: LedgerDesk, before: Run
) -> tuple[Cut, tuple[LedgerLine, ...], tuple[StatementLine, ...]]:
    """Where the run before has cut the ledger, and what it left open on both sides.

    Lines of breaks that have ended since are gone with them.
    """
    looked, result = desk.looked(before), desk.result(before)
    kept = desk.store.breaks(before.tenant, [each.id for each in result.breaks])
    ended = [each.tracked.found for each in kept.values() if not ROADS[each.tracked.status]]
    gone = {line for found in ended for line in (*found.ours, *found.theirs)}
    cut = Cut(
        seen=looked.cut.seen,
        balance=looked.cut.balance,
        again=tuple(sorted({*looked.cut.again, *_disputed(looked, result, gone)})),
        returned=looked.cut.returned,
    )
    return (
        cut,
        tuple(each for each in left_ours(looked.given, result) if each.id not in gone),
        tuple(each for each in left_theirs(looked.given, result) if each.id not in gone),
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
