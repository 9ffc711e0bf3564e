"""Waiting for a later state on a client's behalf, within what is left of the invocation."""

import time
from collections.abc import Callable

from remit.kernel import clock

_SHORTEST_SECONDS, _LONGEST_SECONDS, _GROWTH = 0.03, 0.5, 1.3


def until(moment: int) -> Callable[[], bool]:
    """A function that waits a little, longer each time, and is false once `moment` has come."""
    seconds = _SHORTEST_SECONDS

    def pause() -> bool:
        nonlocal seconds
        left = (moment - clock.now()) / clock.SECOND
        if left <= 0:
            return False
        time.sleep(min(seconds, left))
        seconds = min(seconds * _GROWTH, _LONGEST_SECONDS)
        return True

    return pause
