"""How far the sweep has come: marks on a chain of their own, so that any run goes on from there."""

from remit.identity.store import CheckStore
from remit.kernel.clock import HOUR, MINUTE, rfc3339
from remit.kernel.errors import Contended
from remit.store import commit as unit_of_work
from remit.store.chain import Chain, sequence_of
from remit.store.commit import Stale, commit, pause
from remit.store.item import Item, integer

MARKS = "due#swept"

LOOK_BACK = 15 * MINUTE
"""How far before the mark each run begins: no function commits a line later than this after it
chose the minute."""

FIRST_LOOK_BACK = HOUR
"""How far back the first run of all begins."""


def reached(checks: CheckStore, *, default: int) -> int:
    """Until when everything due has been looked at; an hour before `default` if nobody has ever."""
    newest = _chain(checks).newest().items
    return integer(newest[0], "reached") if newest else default - FIRST_LOOK_BACK


def record(checks: CheckStore, moment: int, *, now: int) -> None:
    """Put the mark at `moment`, unless it is there or further already."""
    chain = _chain(checks)
    for attempt in range(unit_of_work.ATTEMPTS):
        newest = chain.newest().items
        if newest and integer(newest[0], "reached") >= moment:
            return
        number = sequence_of(newest[0]) + 1 if newest else 1
        why = f"checks looked at until {rfc3339(moment)[:16]}"
        mark: Item = {"reached": moment, "at": now, "by": "identity", "why": why}
        try:
            commit(checks.table.client, [chain.append(number, mark)])
        except Stale:
            pause(attempt)
        else:
            return
    raise Contended


def _chain(checks: CheckStore) -> Chain:
    return Chain(table=checks.table, pk=MARKS)
