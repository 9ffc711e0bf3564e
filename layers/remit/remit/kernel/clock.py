"""Time as integer milliseconds since 1970 UTC. The only place that asks what time it is."""

import time
from datetime import UTC, datetime, timedelta

SECOND = 1_000
MINUTE = 60 * SECOND
HOUR = 60 * MINUTE
DAY = 24 * HOUR

_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)


def now() -> int:
    """The current time in milliseconds."""
    return time.time_ns() // 1_000_000


def rfc3339(moment: int) -> str:
    """`moment` (milliseconds) as RFC 3339 UTC: `2026-11-24T09:30:00.125Z`."""
    at = _EPOCH + timedelta(milliseconds=moment)
    return at.strftime("%Y-%m-%dT%H:%M:%S") + f".{moment % 1000:03d}Z"


def parse_rfc3339(text: str) -> int:
    """Read an RFC 3339 time with an offset into milliseconds; `ValueError` for anything else."""
    if len(text) > 40 or "T" not in text.upper():
        raise ValueError("not an RFC 3339 time")
    at = datetime.fromisoformat(text.upper())
    if at.tzinfo is None:
        raise ValueError("the time needs an offset, such as Z")
    return (at - _EPOCH) // timedelta(milliseconds=1)
