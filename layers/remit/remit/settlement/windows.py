"""Which settlement window an instant belongs to. Pure: a function of tables and instants alone.

The windows of a rail and currency tile time: each instant from the first edition on lies in exactly
one. A cut-off closes one window and opens the next, and its own instant is in the next. Where one
edition of the tables follows another, that closes a window as a cut-off does.
"""

from collections.abc import Iterator
from datetime import date, timedelta

from remit.kernel.value import value
from remit.settlement.model import Window, WindowNotThere, window_id
from remit.settlement.schedule import Edition, Schedule

MOST_CLOSED_DAYS = 31
"""A calendar that is closed for longer than this is taken for a mistake."""

MOST_WINDOWS = 10_000
CHANGE = "change"
"""What closes a window that ends with its edition, and not at a cut-off."""


@value
class _Close:
    at: int
    day: str
    name: str


def window_at(schedule: Schedule, moment: int) -> Window:
    """The window that `moment` (milliseconds) belongs to.

    Its id is made of what is known when it opens. Raises `WindowNotThere` before the first edition,
    and where the calendar does not reach the window's end.
    """
    edition, following = _in_force(schedule, moment)
    close = _close(edition, following, moment)
    opens_at = _opens_at(edition, moment)
    calendar, cutoffs = edition.calendar.version, edition.cutoffs.version
    return Window(
        id=window_id(
            rail=schedule.rail,
            currency=schedule.currency,
            calendar=calendar,
            cutoffs=cutoffs,
            opens_at=opens_at,
        ),
        rail=schedule.rail,
        currency=schedule.currency,
        opens_at=opens_at,
        closes_at=close.at,
        seals_at=close.at + edition.cutoffs.grace,
        day=close.day,
        cutoff=close.name,
        calendar=calendar,
        cutoffs=cutoffs,
    )


def windows_between(schedule: Schedule, start: int, end: int) -> Iterator[Window]:
    """Every window with a moment from `start` until before `end` in it, in order.

    Raises `ValueError` after `MOST_WINDOWS`.
    """
    for _ in range(MOST_WINDOWS):
        if start >= end:
            return
        window = window_at(schedule, start)
        yield window
        start = window.closes_at
    if start < end:
        raise ValueError(f"more than {MOST_WINDOWS} windows: ask for less time")


def counted_at(accepted_at: int, *, sealed_until: int) -> int:
    """The late rule: the instant that decides on a payment's window, in milliseconds.

    That is when it was accepted, unless its window has been sealed before its commit came through:
    then it is counted from `sealed_until`, the end of the latest sealed window of its rail and
    currency (0 before the first). The commit stores this instant, on the condition that
    `sealed_until` is still what it was. From then on the window is a function of what is stored,
    whatever arrives when.
    """
    return max(accepted_at, sealed_until)


def _in_force(schedule: Schedule, moment: int) -> tuple[Edition, Edition | None]:
    """The edition that serves `moment`, and the one that follows it."""
    begun = [edition for edition in schedule.editions if edition.since <= moment]
    if not begun:
        raise WindowNotThere("the first edition of the tables begins later")
    return begun[-1], next(iter(schedule.editions[len(begun) :]), None)


def _opens_at(edition: Edition, moment: int) -> int:
    """The latest cut-off up to `moment`, or the edition's beginning if that is later."""
    found: list[_Close] = []
    for day in _days(edition.day_of(moment), -1):
        enough = bool(found)
        found += [close for close in _cutoffs_on(edition, day) if close.at <= moment]
        if enough or day < edition.day_of(edition.since):
            return max([edition.since, *(close.at for close in found)])
    raise _closed_too_long(edition)


def _close(edition: Edition, following: Edition | None, moment: int) -> _Close:
    """What comes first after `moment`: a cut-off, or the edition that follows."""
    today, found = edition.day_of(moment), list[_Close]()
    change = [] if following is None else [_change(following)]
    for day in _days(today, +1):
        enough = bool(found)
        over = any(edition.instant(day, "00:00") >= close.at for close in change)
        if not enough and not over and day >= today:
            edition.calendar.is_open(day)  # raises where the table ends
        found += [close for close in _cutoffs_on(edition, day) if close.at > moment]
        if enough or (over and day >= today):
            return min([*found, *change], key=lambda close: close.at)
    raise _closed_too_long(edition)


def _days(today: date, direction: int) -> Iterator[date]:
    """Days to look for cut-offs on, from the one that lies behind `today` when looking that way.

    Whoever has found one looks at one more day: where clocks are put forward at midnight, a
    cut-off of one day may come after the first of the next.
    """
    return (today + timedelta(days=direction * step) for step in range(-1, MOST_CLOSED_DAYS + 3))


def _closed_too_long(edition: Edition) -> WindowNotThere:
    return WindowNotThere(f"calendar {edition.calendar.version} is closed for too long")


def _change(following: Edition) -> _Close:
    day = following.next_open(following.day_of(following.since))
    return _Close(at=following.since, day=day.isoformat(), name=CHANGE)


def _cutoffs_on(edition: Edition, day: date) -> list[_Close]:
    if not edition.calendar.covers(day) or not edition.calendar.is_open(day):
        return []
    return [
        _Close(at=edition.instant(day, cutoff.at), day=day.isoformat(), name=cutoff.name)
        for cutoff in edition.cutoffs.cutoffs
    ]
