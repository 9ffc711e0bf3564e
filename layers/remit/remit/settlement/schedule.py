"""Calendars and cut-off tables as versioned data: what windows are made from. Pure.

A version is a name and a hash of the content, so that two tables that differ never share one.
"""

import re
from collections.abc import Iterable
from datetime import UTC, date, datetime, time, timedelta
from functools import lru_cache
from zoneinfo import ZoneInfo

from remit.kernel.canonical import canonical_json, fingerprint
from remit.kernel.value import value
from remit.settlement.model import WindowNotThere

WEEKEND = frozenset({5, 6})
"""Saturday and Sunday, as `date.weekday` counts."""

_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
_MILLISECOND = timedelta(milliseconds=1)
_DAY = timedelta(days=1)
_HOUR_AND_MINUTE = re.compile(r"([01]\d|2[0-3]):[0-5]\d", re.ASCII)


@value
class Calendar:
    """The business days of a scheme from `first` to `last` (ISO dates, both included)."""

    version: str
    first: str
    last: str
    closed: frozenset[str]
    weekend: frozenset[int] = WEEKEND

    @classmethod
    def named(
        cls,
        name: str,
        *,
        first: str,
        last: str,
        closed: Iterable[str],
        weekend: Iterable[int] = WEEKEND,
    ) -> "Calendar":
        """The calendar with its version. Raises `ValueError` for what is no ISO date."""
        days, rest = sorted(set(closed)), sorted(set(weekend))
        if any(date.fromisoformat(day).isoformat() != day for day in (first, last, *days)):
            raise ValueError("a calendar's days are written YYYY-MM-DD")
        content = {"first": first, "last": last, "closed": days, "weekend": rest}
        return cls(
            version=_version(name, content),
            first=first,
            last=last,
            closed=frozenset(days),
            weekend=frozenset(rest),
        )

    def covers(self, day: date) -> bool:
        """Whether the table says anything of `day`."""
        return self.first <= day.isoformat() <= self.last

    def is_open(self, day: date) -> bool:
        """Whether the scheme settles on `day`. Raises `WindowNotThere` outside the table."""
        if not self.covers(day):
            raise WindowNotThere(f"calendar {self.version} has no {day.isoformat()}")
        return day.weekday() not in self.weekend and day.isoformat() not in self.closed


@value
class Cutoff:
    """A time of every business day at which a window closes: `at` is `HH:MM` in the table's zone.

    Where clocks are put forward over it, it comes as long after the hour before as on other days;
    where they are put back over it, its first coming counts.
    """

    name: str
    at: str


@value
class Cutoffs:
    """The cut-off table of a rail. A window is sealed `grace` milliseconds after it has closed:
    until then commits that were accepted before its end may still arrive.
    """

    version: str
    zone: str
    cutoffs: tuple[Cutoff, ...]
    grace: int

    @classmethod
    def named(
        cls, name: str, *, zone: str, cutoffs: Iterable[tuple[str, str]], grace: int
    ) -> "Cutoffs":
        """The table with its version. `cutoffs` are names with local times, `HH:MM`.

        Raises `ValueError` for a table without cut-offs, a name or time twice, or no time.
        """
        table = sorted(cutoffs, key=lambda cutoff: cutoff[1])
        names, times = {name for name, _ in table}, {at for _, at in table}
        if not table or len(names) < len(table) or len(times) < len(table):
            raise ValueError("each cut-off has a name and a time of its own, and there is one")
        if not all(_HOUR_AND_MINUTE.fullmatch(at) for at in times):
            raise ValueError("a cut-off's time is written HH:MM")
        if grace < 0:
            raise ValueError("a window is not sealed before it has closed")
        ZoneInfo(zone)
        return cls(
            version=_version(name, {"zone": zone, "cutoffs": table, "grace": grace}),
            zone=zone,
            cutoffs=tuple(Cutoff(name=name, at=at) for name, at in table),
            grace=grace,
        )


@value
class Edition:
    """The tables in force from `since` (milliseconds) on, until the next edition's."""

    since: int
    calendar: Calendar
    cutoffs: Cutoffs

    def __post_init__(self) -> None:
        if not self.calendar.covers(self.day_of(self.since)):
            raise ValueError("a calendar covers the day on which its edition begins")

    def day_of(self, moment: int) -> date:
        """The local day that `moment` lies in."""
        zone = ZoneInfo(self.cutoffs.zone)
        return (_EPOCH + timedelta(milliseconds=moment)).astimezone(zone).date()

    def instant(self, day: date, at: str) -> int:
        """The moment of local time `at` (`HH:MM`) on `day`, in milliseconds."""
        return _instant(self.cutoffs.zone, day, at)

    def next_open(self, day: date) -> date:
        """The first business day that is not before `day`."""
        while not self.calendar.is_open(day):
            day += _DAY
        return day


@value
class Schedule:
    """All editions of one rail and currency, oldest first.

    An edition is deployed before its `since`: functions of the old and the new code run side by
    side, and by then all of them name the same windows. None is ever taken out or changed.
    """

    rail: str
    currency: str
    editions: tuple[Edition, ...]

    def __post_init__(self) -> None:
        moments = [edition.since for edition in self.editions]
        if not moments or moments != sorted(set(moments)):
            raise ValueError("a schedule has one edition or more, each later than the one before")


@lru_cache(maxsize=4096)
def _instant(zone: str, day: date, at: str) -> int:
    local = datetime.combine(day, time.fromisoformat(at), tzinfo=ZoneInfo(zone))
    return (local - _EPOCH) // _MILLISECOND


def _version(name: str, content: object) -> str:
    return f"{name}-{fingerprint(canonical_json(content).encode())[:12]}"
