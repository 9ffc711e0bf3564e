"""A usage plan's limit: one token bucket for each key."""

from local.api import Throttle

KEYS = 10_000


class Buckets:
    """Counts requests of each key; `now` is in seconds and never goes back."""

    def __init__(self, limit: Throttle) -> None:
        self._limit = limit
        self._levels: dict[str, tuple[float, float]] = {}

    def take(self, key: str, *, now: float) -> bool:
        """Whether one more request of `key` is within its limit, which it then counts towards."""
        level, at = self._levels.get(key, (self._limit.burst, now))
        level = min(self._limit.burst, level + (now - at) * self._limit.rate)
        if len(self._levels) >= KEYS and key not in self._levels:
            self._levels.clear()
        self._levels[key] = (level - 1 if level >= 1 else level, now)
        return level >= 1
