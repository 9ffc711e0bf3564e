"""End the holds whose time is over, minute by minute, from where the last run stopped.

How far a run came is a record on a chain of its own, so any run goes on from there, and two at once
do no harm: a hold ends once, and none is made that would expire before that mark. A hold that
cannot be ended keeps the mark before its minute, so that every run meets it again; those of later
minutes are ended all the same.
"""

from collections.abc import Iterator

from remit.kernel import clock
from remit.kernel.clock import HOUR, MINUTE, rfc3339
from remit.kernel.errors import Contended, Fault, RemitError, Unavailable
from remit.kernel.value import value
from remit.ledger.phases import End
from remit.ledger.refusals import TransferExpired, TransferPosted, TransferVoided
from remit.ledger.store import Ledger
from remit.store import commit as unit_of_work
from remit.store.chain import sequence_of
from remit.store.commit import Stale, commit, pause
from remit.store.item import Item, integer, text

LOOK_BACK = 15 * MINUTE
"""How far before the mark each run begins. A hold may be decided on just before it expires and
committed when its minute has been swept; no function lives longer than this after deciding.
"""

FIRST_LOOK = HOUR
"""How far back the first run of all begins."""

MOST = 2_000
"""Holds that one run takes up at most."""

_BATCH = 100


class HoldsLeft(Fault):
    """Some holds could not be ended: they stay held, and the next run tries again."""

    title = "Some expired holds could not be ended"


@value
class Expired:
    """What a run came to: holds `ended` by it, and those `left`: tenant, transfer and why.

    Every hold that expires before `reached` (milliseconds) has ended.
    """

    ended: int
    left: tuple[str, ...]
    reached: int


@value
class _Minute:
    """One minute's share of a run; `is_whole` unless the run was over before it was."""

    ended: int
    left: tuple[str, ...]
    is_whole: bool


def expire(ledger: Ledger, *, by: str, due: int, until: int) -> Expired:
    """End as expired what is over before the minute of `due`, and record how far that came.

    `due` is when the run was to be made, by another clock than this one's; the earlier of the two
    counts, so that no single clock ends holds too early. Takes up nothing more once the clock shows
    `until`; the next run goes on. All in milliseconds.
    """
    goal = min(due, clock.now()) // MINUTE * MINUTE
    reached = ledger.swept() or goal - FIRST_LOOK
    ended, left, is_clean = 0, list[str](), True
    for minute in range(reached - LOOK_BACK, goal, MINUTE):
        found = _sweep(ledger, minute, by=by, until=until, most=MOST - ended - len(left))
        ended, left = ended + found.ended, [*left, *found.left]
        if not found.is_whole:
            break
        is_clean = is_clean and not found.left
        if is_clean:
            reached = max(reached, minute + MINUTE)
    _record(ledger, reached, by)
    return Expired(ended=ended, left=tuple(left), reached=reached)


def _sweep(ledger: Ledger, minute: int, *, by: str, until: int, most: int) -> _Minute:
    ended, left = 0, list[str]()
    if clock.now() >= until:
        return _Minute(ended=0, left=(), is_whole=False)
    for taken, name in enumerate(_pending(ledger, minute)):
        if taken >= most or clock.now() >= until:
            return _Minute(ended=ended, left=tuple(left), is_whole=False)
        try:
            ended += _end(ledger, name, by)
        except Unavailable:
            raise
        except (RemitError, ValueError) as error:
            # One hold that cannot be ended must not keep the others.
            left.append(f"{name} {type(error).__name__}")
    return _Minute(ended=ended, left=tuple(left), is_whole=True)


def _pending(ledger: Ledger, minute: int) -> Iterator[str]:
    """The holds that expire in `minute` and have no end yet, as `<tenant>#<transfer id>`."""
    start: Item | None = None
    while True:
        page = ledger.due(minute, limit=_BATCH, start=start)
        names = [text(item, "sk") for item in page.items]
        if names:
            keys: list[Item] = [{"pk": name, "sk": "resolution"} for name in names]
            ends = ledger.table.get_many(keys)
            yield from (name for name, end in zip(names, ends, strict=True) if end is None)
        if page.next_key is None:
            return
        start = page.next_key


def _end(ledger: Ledger, name: str, by: str) -> bool:
    """Whether the hold was ended here; not when it has been ended by others meanwhile."""
    tenant, _, transfer_id = name.rpartition("#")
    for attempt in range(unit_of_work.ATTEMPTS):
        at = clock.now()
        end = End(transfer_id=transfer_id, tenant=tenant, outcome="expired", by=by, at=at)
        try:
            commit(ledger.table.client, ledger.carry_out(tenant, [end]))
        except (TransferPosted, TransferVoided, TransferExpired):
            return False
        except Stale:
            pause(attempt)
        else:
            return True
    raise Contended


def _record(ledger: Ledger, reached: int, by: str) -> None:
    """Put the mark at `reached`, unless it is there or further already."""
    chain = ledger.marks()
    for attempt in range(unit_of_work.ATTEMPTS):
        newest = chain.newest().items
        if newest and integer(newest[0], "reached") >= reached:
            return
        number = sequence_of(newest[0]) + 1 if newest else 1
        why = f"holds ended until {rfc3339(reached)[:16]}"
        mark: Item = {"reached": reached, "at": clock.now(), "by": by, "why": why}
        try:
            commit(ledger.table.client, [chain.append(number, mark)])
        except Stale:
            pause(attempt)
        else:
            return
    raise Contended
