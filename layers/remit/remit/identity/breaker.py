"""When to leave a provider alone: a circuit breaker as a pure function of what came of each call.

Closed, calls go through. After `THRESHOLD` failures in a row it opens: nobody calls until its time
is over. Then one caller probes: success closes it, failure opens it again, for twice as long.
"""

from dataclasses import replace
from typing import Literal

from remit.kernel.clock import MINUTE, SECOND
from remit.kernel.value import value

Entry = Literal["through", "probe", "refused"]

THRESHOLD = 5
"""Failures in a row that open it."""

SHORTEST, LONGEST = 30 * SECOND, 10 * MINUTE
"""How long it stays open the first time, and at most."""

LEASE = 30 * SECOND
"""How long a probe may take. One that was never heard of again does not keep it open for ever."""


@value
class Breaker:
    """Where a provider's breaker stands. Times are milliseconds; `turn` numbers its changes.

    `failures` counts those in a row while it is closed, `openings` those without a success between.
    """

    failures: int = 0
    openings: int = 0
    open_until: int | None = None
    probe_until: int | None = None
    turn: int = 0

    @property
    def is_closed(self) -> bool:
        """Whether calls go through."""
        return self.open_until is None

    @property
    def retry_at(self) -> int:
        """When the next call may be tried, as far as one knows; 0 while it is closed."""
        return max(self.open_until or 0, self.probe_until or 0)


def entered(breaker: Breaker, *, now: int) -> tuple[Entry, Breaker]:
    """Whether a caller may call now, and the breaker after that: only one may probe."""
    if breaker.is_closed:
        return "through", breaker
    if now < breaker.retry_at:
        return "refused", breaker
    return "probe", replace(breaker, probe_until=now + LEASE)


def succeeded(breaker: Breaker, entry: Entry) -> Breaker:
    """The breaker after a call that the provider answered, even with a refusal.

    A call from before it opened says nothing about the provider now, so only a probe closes it.
    """
    if breaker.is_closed:
        return replace(breaker, failures=0) if breaker.failures else breaker
    return Breaker(turn=breaker.turn) if entry == "probe" else breaker


def failed(breaker: Breaker, entry: Entry, *, now: int) -> Breaker:
    """The breaker after a call that the provider did not answer, or could not."""
    if breaker.is_closed:
        failures = breaker.failures + 1
        if failures < THRESHOLD:
            return replace(breaker, failures=failures)
        return _opened(breaker, now)
    return _opened(breaker, now) if entry == "probe" else breaker


def _opened(breaker: Breaker, now: int) -> Breaker:
    length = min(SHORTEST << min(breaker.openings, 16), LONGEST)
    return replace(
        breaker,
        failures=0,
        openings=breaker.openings + 1,
        open_until=now + length,
        probe_until=None,
    )
