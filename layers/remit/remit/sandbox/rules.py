"""What the scheme does with which amount, and the knobs by which it can be made to do otherwise."""

from collections.abc import Mapping
from dataclasses import dataclass, fields, replace
from datetime import date
from typing import Any

from remit.kernel.value import value

REJECTED: Mapping[int, str] = {1: "AC04", 2: "AM05"}
"""By the last two digits of an amount, the reason why such a payment is rejected."""

SILENT, LATE, GIVEN_BACK, KEPT, KEPT_SILENTLY = 3, 4, 5, 6, 7

CHOICES = {
    "recalls": ("by_amount", "give_back", "refuse", "silent"),
    "settlements": ("settle", "reject", "silent"),
}
_MOST = {"times": 5, "enquiry": 20}
_MOST_SECONDS = 86_400.0


class KnobUnknown(ValueError):
    """There is no such knob, or it cannot be set to that; the message says what can be."""


@value
class Break:
    """A difference planted into a day's statement.

    `omit` and `change` are about entry number `entry` (from 1) of the day; `change` adds `by`, and
    `add` is an entry of `by` minor units that nobody knows (negative for a debit). `closing` makes
    the closing balance wrong by so much.
    """

    on: date
    kind: str
    entry: int = 1
    by: int = 1

    @classmethod
    def of(cls, given: object) -> "Break":
        """The break that a JSON object asks for. Raises `KnobUnknown`."""
        if not isinstance(given, dict) or set(given) - {"date", "kind", "entry", "by"}:
            raise KnobUnknown("a break has date, kind, entry and by")
        kind, entry, by = given.get("kind"), given.get("entry", 1), given.get("by", 1)
        if kind not in ("omit", "change", "add", "closing"):
            raise KnobUnknown("a break's kind is omit, change, add or closing")
        if type(entry) is not int or type(by) is not int or entry < 1 or not by:
            raise KnobUnknown("a break's entry counts from 1, and by is a whole number, not 0")
        try:
            on = date.fromisoformat(str(given.get("date")))
        except ValueError:
            raise KnobUnknown("a break's date is a day, such as 2026-11-24") from None
        return cls(on=on, kind=kind, entry=entry, by=by)


@dataclass(frozen=True)
class Knobs:
    """How the scheme behaves. Times are in seconds on its own clock.

    `enquiry` is the number of the enquiry that finds a silent payment; `times` how often each
    message is sent; `backwards` sends what follows from one message in the wrong order;
    `hold_seconds` is how long our own message waits for its HTTP answer while others already go
    out. Our yes to a payment that came to us is not taken after `deadline_seconds`.
    `book_payments` puts every payment on the settlement account's statement, as a scheme that
    settles gross would; else only settlements are there, with a camt.054 each if `notify` is on.
    `opening` is the settlement account's balance before its first entry.
    """

    answer_seconds: float = 0.05
    late_seconds: float = 40.0
    return_seconds: float = 1.0
    hold_seconds: float = 0.0
    deadline_seconds: float = 20.0
    enquiry: int = 2
    times: int = 1
    backwards: bool = False
    recalls: str = "by_amount"
    settlements: str = "settle"
    notify: bool = True
    book_payments: bool = False
    opening: int = 100_000_000
    breaks: tuple[Break, ...] = ()

    def turned(self, wanted: Mapping[str, Any]) -> "Knobs":
        """These with those of `wanted` set anew. Raises `KnobUnknown`."""
        known = {field.name for field in fields(self)}
        if set(wanted) - known:
            raise KnobUnknown(f"the knobs are {', '.join(sorted(known))}")
        return replace(self, **{name: _turned(self, name, to) for name, to in wanted.items()})


def _turned(knobs: Knobs, name: str, to: object) -> Any:
    if name == "breaks":
        if not isinstance(to, list):
            raise KnobUnknown("breaks is a list")
        return tuple(Break.of(each) for each in to)
    if name in CHOICES:
        if to not in CHOICES[name]:
            raise KnobUnknown(f"{name} is one of {', '.join(CHOICES[name])}")
        return to
    return _number(name, to, now=getattr(knobs, name))


def _number(name: str, to: object, *, now: object) -> float | int | bool:
    """A knob that is a time, a count or a switch, as it is `now`."""
    if isinstance(now, float):
        if isinstance(to, bool) or not isinstance(to, int | float) or not 0 <= to <= _MOST_SECONDS:
            raise KnobUnknown(f"{name} is a number of seconds, 0 to {_MOST_SECONDS:.0f}")
        return float(to)
    if not isinstance(to, int) or type(to) is not type(now):
        raise KnobUnknown(f"{name} is {'true or false' if isinstance(now, bool) else 'an integer'}")
    if name in _MOST and not 1 <= to <= _MOST[name]:
        raise KnobUnknown(f"{name} is 1 to {_MOST[name]}")
    return to
