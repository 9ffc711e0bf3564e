"""How often one may ask, so that names are not fished for: counters per window, limits as data.

Pure. A window begins at a multiple of its length, so that everybody counts in the same one.
"""

import json
from collections.abc import Iterator, Mapping

from remit.kernel.canonical import fingerprint
from remit.kernel.clock import SECOND
from remit.kernel.value import value

KINDS = ("requester", "payee")
_MOST_WINDOWS = 4
_MOST = 10**9


@value
class Window:
    """A stretch of time, and how many points it has."""

    seconds: int
    most: int


@value
class Allowance:
    """The windows of one who asks or is asked about. A question costs a point in each; one that
    found no match costs `no_match` in all.
    """

    windows: tuple[Window, ...]
    no_match: int


@value
class Limits:
    """The allowances of who asks and of who is asked about.

    A wrong guess is dear for the payee's, so that whoever guesses is soon out of points, and who
    pays a firm that thousands pay is not; it is cheaper for the requester's, whose payers err.
    """

    requester: Allowance
    payee: Allowance

    @classmethod
    def read(cls, text: str) -> "Limits":
        """The limits that a setting tells, points by seconds:
        `{"requester": {"60": 600, "no_match": 5}, "payee": {"3600": 2000, "no_match": 200}}`.

        Raises `ValueError`.
        """
        try:
            found = json.loads(text)
            allowances = {kind: _allowance(found.pop(kind)) for kind in KINDS}
        except (AttributeError, KeyError, TypeError) as error:
            raise ValueError("limits name requester and payee, each with no_match") from error
        if found:
            raise ValueError("limits name nothing but requester and payee")
        return cls(**allowances)


@value
class Counter:
    """One counter: how many points it takes, and when (milliseconds) it is over.

    `guess` is what a wrong guess costs beyond the question's own point.
    """

    key: str
    most: int
    ends_at: int
    guess: int


def counters(limits: Limits, *, requester: str, payee: str, now: int) -> Iterator[Counter]:
    """The counters of one question; those of the payee come first, since they guard a person."""
    asked = (("payee", payee, limits.payee), ("requester", requester, limits.requester))
    for kind, name, allowance in asked:
        for window in allowance.windows:
            length = window.seconds * SECOND
            begins_at = now - now % length
            told = fingerprint(kind.encode(), name.encode(), str(window.seconds).encode())
            yield Counter(
                key=f"{told}#{begins_at:013d}",
                most=window.most,
                ends_at=begins_at + length,
                guess=allowance.no_match - 1,
            )


def seconds_left(counter: Counter, now: int) -> int:
    """Whole seconds until the counter is over, at least one."""
    return max(1, -(-(counter.ends_at - now) // SECOND))


def _allowance(found: dict[str, object]) -> Allowance:
    no_match = _number(found.pop("no_match"))
    return Allowance(windows=_windows(found), no_match=no_match)


def _windows(found: Mapping[str, object]) -> tuple[Window, ...]:
    if not 1 <= len(found) <= _MOST_WINDOWS:
        raise ValueError(f"one to {_MOST_WINDOWS} windows of each kind")
    if not all(name.isascii() and name.isdigit() and name[0] != "0" for name in found):
        raise ValueError("a window is named by its seconds")
    return tuple(
        Window(seconds=_number(int(name)), most=_number(most)) for name, most in found.items()
    )


def _number(content: object) -> int:
    if type(content) is not int or not 1 <= content <= _MOST:
        raise ValueError("a limit is a whole number of at least 1")
    return content
