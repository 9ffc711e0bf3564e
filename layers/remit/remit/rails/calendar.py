"""Business days of the settlement systems behind our rails, from a table and never from a clock."""

from datetime import date, timedelta
from functools import cache

from remit.kernel.canonical import canonical_json, fingerprint
from remit.rails.holidays import FIRST_YEAR, HOLIDAYS, LAST_YEAR

CALENDARS = tuple(HOLIDAYS)

VERSION = fingerprint(canonical_json({**HOLIDAYS, "weekend": "Sat Sun"}).encode())[:16]
"""Names the content of the tables: another one, when a day was added or taken out."""

_SATURDAY = 5


def is_business_day(calendar: str, day: date) -> bool:
    """Whether the system behind `calendar` (TARGET or HK) settles on `day`.

    `ValueError` for a calendar that is not there, or a year that its table does not have.
    """
    if calendar not in HOLIDAYS:
        raise ValueError(f"the calendar is one of {', '.join(CALENDARS)}")
    if not FIRST_YEAR <= day.year <= LAST_YEAR:
        raise ValueError(f"the calendar's table has the years {FIRST_YEAR} to {LAST_YEAR}")
    return day.weekday() < _SATURDAY and day not in _closed(calendar)


def next_business_day(calendar: str, day: date) -> date:
    """The first business day after `day`."""
    found = day + timedelta(days=1)
    while not is_business_day(calendar, found):
        found += timedelta(days=1)
    return found


def add_business_days(calendar: str, day: date, count: int) -> date:
    """The business day that is `count` after `day`: how long a recall may take, for one."""
    for _ in range(count):
        day = next_business_day(calendar, day)
    return day


@cache
def _closed(calendar: str) -> frozenset[date]:
    return frozenset(date.fromisoformat(day) for day in HOLIDAYS[calendar].split())
