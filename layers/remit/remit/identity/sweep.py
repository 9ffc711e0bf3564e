"""Look for what did not come by itself: unasked questions, missing answers, machines not told.

Each check has a line in the minute it is to be looked at next. A run goes minute by minute from
where the last one stopped. Before anything is done for a check its line moves on, so two runs at
once do nothing twice, and one that dies has lost nothing: the check is looked at again.
"""

from collections import Counter
from collections.abc import Iterator
from dataclasses import replace
from typing import Literal

from remit.identity import model, seals, settle
from remit.identity.ask import ask
from remit.identity.desk import Desk
from remit.identity.gate import through
from remit.identity.marks import LOOK_BACK, reached, record
from remit.identity.model import Check
from remit.identity.ports import NotAsked, ProviderRefused, ProviderUnavailable, Vault
from remit.identity.store import Kept, due_key
from remit.kernel import clock
from remit.kernel.clock import MINUTE, SECOND
from remit.kernel.errors import Fault, RemitError, Unavailable
from remit.kernel.value import value
from remit.store.commit import Stale, commit
from remit.store.item import Item, text

MOST = 500
"""Checks that one run takes up at most."""

_LONGEST_RUN = 45 * SECOND
_BATCH = 100
_TROUBLE = (RemitError, ValueError, LookupError, TypeError)

Done = Literal["asked", "answered", "given_up", "told", "waits"]


class ChecksLeft(Fault):
    """Some checks could not be looked at: the next runs try again."""

    title = "Some identity checks could not be looked at"


@value
class Swept:
    """What a run came to: how many checks were `asked`, `answered`, `given_up` or just `told` to
    their machines, and those `left`, with why. `is_open` names the providers that are left alone.

    Whatever was due before `reached` (milliseconds) has been looked at.
    """

    done: dict[str, int]
    left: tuple[str, ...]
    is_open: tuple[str, ...]
    reached: int


class _Run:
    """One run's tally and bounds."""

    def __init__(self, until: int) -> None:
        self.until = until
        self.taken = 0
        self.done: Counter[str] = Counter()
        self.left: list[str] = []
        self.stuck = False

    def is_over(self) -> bool:
        return self.taken >= MOST or clock.now() >= self.until


def sweep(desk: Desk, vault: Vault, *, now: int, until: int | None = None) -> Swept:
    """Look at every check that is due, from where the last run stopped; record how far that came.

    Takes up nothing more once the clock shows `until` (milliseconds). Raises `Unavailable`.
    """
    run = _Run(now + _LONGEST_RUN if until is None else until)
    this_minute = now // MINUTE * MINUTE
    mark = reached(desk.checks, default=this_minute)
    for minute in range(mark - LOOK_BACK, this_minute + MINUTE, MINUTE):
        if not _minute(desk, vault, minute, run):
            break
        if not run.stuck:
            mark = max(mark, min(minute + MINUTE, this_minute))
    record(desk.checks, mark, now=now)
    closed = {name: desk.checks.breaker(name).is_closed for name in desk.providers}
    return Swept(
        done=dict(run.done),
        left=tuple(run.left),
        is_open=tuple(name for name in closed if not closed[name]),
        reached=mark,
    )


def _minute(desk: Desk, vault: Vault, minute: int, run: _Run) -> bool:
    """Whether all of the minute's checks were taken up before the run was over."""
    if run.is_over():
        return False
    for check_id in _listed(desk, due_key(minute)):
        if run.is_over():
            return False
        kept = None
        try:
            kept = _claimed(desk, due_key(minute), check_id)
            if kept is not None:
                run.taken += 1
                run.done[_looked_at(desk, vault, kept)] += 1
        except Unavailable:
            raise
        except _TROUBLE as error:
            # One check that cannot be looked at must not keep the others. If its line has not
            # moved, every run must come by it.
            run.left.append(f"{check_id} {type(error).__name__}")
            run.stuck = run.stuck or kept is None
    return True


def _listed(desk: Desk, minute: str) -> Iterator[str]:
    start: Item | None = None
    while True:
        page = desk.checks.due(minute, limit=_BATCH, start=start)
        yield from (text(item, "sk") for item in page.items)
        if page.next_key is None:
            return
        start = page.next_key


def _claimed(desk: Desk, minute: str, check_id: str) -> Kept | None:
    """The check, to be looked at by this run alone; None if it is not its time, or another's."""
    kept, now = desk.checks.get(check_id), clock.now()
    check = kept.check
    if check.is_settled or due_key(check.look_at) != minute or check.look_at > now:
        return None
    later = replace(check, looks=check.looks + 1, look_at=model.next_look(check, now=now))
    try:
        commit(desk.checks.table.client, desk.checks.change(kept, later))
    except Stale:
        return None
    return desk.checks.get(check_id)


def _looked_at(desk: Desk, vault: Vault, kept: Kept) -> Done:
    """Do what the check lacks; says what that was."""
    before, now = kept.check, clock.now()
    try:
        if kept.check.status == "started":
            kept = _pursued(desk, vault, kept, now)
    except seals.Erased:
        kept = settle.give_up(desk, before.id, "failed", settle.GONE, now=now)
    if kept.check.status == "started" and now >= kept.check.deadline:
        kept = settle.give_up(desk, before.id, "timed_out", "no_answer", now=now)
    settle.tell(desk, vault, kept, now=now)
    return _done(before, kept.check)


def _done(before: Check, after: Check) -> Done:
    if before.status != "started":
        return "told"
    if after.status != "started":
        return "answered" if after.status == "answered" else "given_up"
    return "waits" if after.reference == before.reference else "asked"


def _pursued(desk: Desk, vault: Vault, kept: Kept, now: int) -> Kept:
    """The check after the provider was asked for its answer, or asked at all."""
    check = kept.check
    if check.reference is None:
        return _asked(desk, vault, kept, now)
    provider = desk.providers[check.provider].provider
    try:
        result = through(desk, check.provider, lambda: provider.result(check.id), now=now)
    except NotAsked:
        return _asked(desk, vault, kept, now)
    except ProviderUnavailable:
        return kept
    except ProviderRefused as refused:
        return settle.refuse(desk, check.id, refused.reason, now=now)
    if result is not None:
        settle.answer(desk, vault, check, result, how="poll", signature={}, now=now)
        return desk.checks.get(check.id)
    return kept


def _asked(desk: Desk, vault: Vault, kept: Kept, now: int) -> Kept:
    check = kept.check
    if kept.request is None or now >= check.deadline:
        return kept
    applicant = seals.open_applicant(seals.keys(vault, check, kept=False), check.id, kept.request)
    return ask(desk, kept, applicant, now=now)
