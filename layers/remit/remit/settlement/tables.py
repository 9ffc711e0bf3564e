"""The tables in force: calendars and cut-offs of each rail and currency, and how it settles. Pure.

An edition is added at the end, with a `since` that lies after the deployment; none is changed or
taken out. Beside them are the *early cut-offs* that an operator has made: each is an edition with
the same tables, from its own instant on. They are kept in the settlement table.
"""

from collections.abc import Mapping, Sequence
from functools import cache

from remit.kernel.clock import SECOND
from remit.rails.capability import BY_NAME
from remit.rails.holidays import FIRST_YEAR, HOLIDAYS, LAST_YEAR
from remit.settlement.model import Mode
from remit.settlement.schedule import Calendar, Cutoffs, Edition, Schedule

FIRST_MOMENT = 1_704_067_200_000
"""2024-01-01T00:00:00Z: when the first editions begin."""

GRACE = 5 * SECOND

TARGET_CUTOFFS = Cutoffs.named(
    "TARGET-four-times",
    zone="Europe/Brussels",
    cutoffs=(
        ("morning", "08:00"),
        ("noon", "12:00"),
        ("afternoon", "15:00"),
        ("end_of_day", "17:30"),
    ),
    grace=GRACE,
)
HK_CUTOFFS = Cutoffs.named(
    "HK-twice",
    zone="Asia/Hong_Kong",
    cutoffs=(("noon", "12:00"), ("end_of_day", "17:30")),
    grace=GRACE,
)


def calendar(name: str) -> Calendar:
    """The business days of a settlement system (`TARGET`, `HK`), from the rails' table."""
    return Calendar.named(
        name,
        first=f"{FIRST_YEAR}-01-01",
        last=f"{LAST_YEAR}-12-31",
        closed=HOLIDAYS[name].split(),
    )


@cache
def _editions() -> Mapping[tuple[str, str], tuple[Edition, ...]]:
    def first(name: str, cutoffs: Cutoffs) -> Edition:
        return Edition(since=FIRST_MOMENT, calendar=calendar(name), cutoffs=cutoffs)

    target, hong_kong = first("TARGET", TARGET_CUTOFFS), first("HK", HK_CUTOFFS)
    return {
        ("sct_inst", "EUR"): (target,),
        ("fps_hk", "HKD"): (hong_kong,),
        ("fps_hk", "CNY"): (hong_kong,),
    }


def settled() -> tuple[tuple[str, str], ...]:
    """Each rail with each currency that settles in windows."""
    return tuple(_editions())


def mode_of(rail: str) -> Mode:
    """Whether a rail settles `net` or `gross`."""
    return "gross" if BY_NAME[rail].settlement == "gross" else "net"


def schedule_of(rail: str, currency: str, early: Sequence[int] = ()) -> Schedule:
    """The schedule of a rail and currency, with early cut-offs at the moments `early`.

    Raises `KeyError` for what does not settle in windows.
    """
    regular = _editions()[rail, currency]
    known = {edition.since for edition in regular}
    cuts = [
        Edition(since=moment, calendar=before.calendar, cutoffs=before.cutoffs)
        for moment in sorted(set(early) - known)
        for before in [[each for each in regular if each.since < moment][-1]]
    ]
    editions = sorted([*regular, *cuts], key=lambda edition: edition.since)
    return Schedule(rail=rail, currency=currency, editions=tuple(editions))
