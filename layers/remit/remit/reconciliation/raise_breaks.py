"""The state *Raise breaks*: put what was found on record, some at a time, and end what is gone.

A break that an earlier run has found is the same break, and keeps its owner and its clock. One
that an earlier run has found, and this one has not, is resolved: its lines have found their match.
Should it have been adjusted just then, the adjustment is one too many, and that is a break.
"""

from collections.abc import Sequence
from dataclasses import replace

from remit.kernel.value import value
from remit.reconciliation import breaks
from remit.reconciliation.breaks import ROADS
from remit.reconciliation.desk import Desk
from remit.reconciliation.differences import break_id
from remit.reconciliation.kept import Kept
from remit.reconciliation.model import Break
from remit.reconciliation.rules import RULES
from remit.reconciliation.runs import FINAL, Run
from remit.store.commit import Stale, commit

AT_ONCE = 400
BY = "reconciliation"
RAISING = "raising"


@value
class Raised:
    """How far the run has come, and how many breaks were new or gone in this call."""

    status: str
    new: int = 0
    gone: int = 0


def raise_breaks(desk: Desk, *, tenant: str, run_id: str, now: int) -> Raised:
    """`raising` while there are more, then `raised`, or how far the run has come since.

    Raises `ReconciliationNotFound` or `Unavailable`.
    """
    run = desk.store.get(tenant, run_id)
    if run.status != "matched":
        return Raised(status=run.status)
    found = desk.result(run).breaks
    some = found[run.raised : run.raised + AT_ONCE]
    known = desk.store.breaks(tenant, [each.id for each in some])
    new = sum(_opened(desk, run, each, now=now) for each in some if each.id not in known)
    done = run.raised + len(some)
    if done < len(found):
        after = desk.take(run, desk.store.advance(run, "matched", raised=done))
        return Raised(status=RAISING if after.status == "matched" else after.status, new=new)
    gone = sum(_gone(desk, run, each, now=now) for each in _earlier(desk, run, found))
    after = desk.take(run, desk.store.advance(run, "raised", raised=done))
    return Raised(status=after.status, new=new, gone=gone)


def _opened(desk: Desk, run: Run, found: Break, *, now: int) -> bool:
    """Put a break on record; False when it is there."""
    tracked = breaks.opened(found, RULES, tenant=run.tenant, by=BY, at=now)
    try:
        commit(
            desk.store.table.client,
            desk.store.raise_(Kept(tracked=tracked, run=run.id), now=now),
        )
    except Stale:
        return False
    return True


def _earlier(desk: Desk, run: Run, found: Sequence[Break]) -> list[Kept]:
    """Breaks that the run before has found, that this one looked at again and has not found.

    A statement's balance, and a match that left a difference, are looked at only once.
    """
    before = desk.store.get(run.tenant, run.previous) if run.previous else None
    while before is not None and before.status in FINAL and before.status == "failed":
        before = desk.store.get(run.tenant, before.previous) if before.previous else None
    if before is None:
        return []
    still = {each.id for each in found}
    ids = [
        each.id
        for each in desk.result(before).breaks
        if each.id not in still and each.type != "balance" and not each.match_id
    ]
    return list(desk.store.breaks(run.tenant, ids).values())


def _gone(desk: Desk, run: Run, kept: Kept, *, now: int) -> bool:
    """Resolve a break that is no longer there; False when it has ended.

    What was proposed for it and not approved falls away, so that nobody approves it any more.
    """
    if not ROADS[kept.tracked.status]:
        if (kept.transfer or kept.cancels) and _was_looked_at(desk, run, kept.tracked.found):
            _opened(desk, run, _overtaken(run, kept.tracked.found), now=now)
        return False
    tracked = replace(kept.tracked, adjustment=None)
    reason = f"no longer found by {run.id}"
    after = breaks.resolved(tracked, reason=reason, by=BY, at=now)
    try:
        commit(
            desk.store.table.client,
            desk.store.change(kept, replace(kept, tracked=after), now=now),
        )
    except Stale:
        # A person has it in hand just now: the next look is at what that person has made of it.
        return _gone(desk, run, desk.store.break_(run.tenant, kept.id), now=now)
    return True


def _was_looked_at(desk: Desk, run: Run, found: Break) -> bool:
    """Whether the break's lines are among those of the run: it was open when they were read."""
    given = desk.looked(run).given
    lines = {line.id for line in (*given.nostro, *given.carried)}
    return not lines.isdisjoint((*found.ours, *found.theirs))


def _overtaken(run: Run, found: Break) -> Break:
    """What is wrong when a break was adjusted, or ended as others cancel it out, while the run has
    matched its lines: the difference counts once too often.
    """
    return Break(
        id=break_id("bank", "duplicate", found.id, run.id),
        relation="bank",
        type="duplicate",
        severity=RULES.severity("duplicate", amount=found.difference, currency=found.currency),
        currency=found.currency,
        difference=-found.difference,
        detail=f"{found.id} was put right while the bank brought what was missing",
        ours=found.ours,
        theirs=found.theirs,
    )
