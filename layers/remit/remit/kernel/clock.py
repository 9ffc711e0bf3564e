"""Time as integer milliseconds since 1970 UTC. The only place that asks what time it is."""

import re
import time
from datetime import UTC, datetime, timedelta

SECOND = 1_000
MINUTE = 60 * SECOND
HOUR = 60 * MINUTE
DAY = 24 * HOUR

_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
_RFC3339 = re.compile(
    r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d{1,9})?(Z|[+-]\d\d:\d\d)", re.ASCII | re.IGNORECASE
)


def now() -> int:
    """The current time in milliseconds."""
    return time.time_ns() // 1_000_000


def rfc3339(moment: int) -> str:
    """`moment` (milliseconds) as RFC 3339 UTC: `2026-11-24T09:30:00.125Z`."""
    at = _EPOCH + timedelta(milliseconds=moment)
    return at.strftime("%Y-%m-%dT%H:%M:%S") + f".{moment % 1000:03d}Z"


def parse_rfc3339(text: str) -> int:
    """Read an RFC 3339 time (§5.6) into milliseconds; `ValueError` for anything else.

    ISO 8601's other forms (week dates, no separators, no offset) are not RFC 3339.
    """
    if _RFC3339.fullmatch(text) is None:
        raise ValueError("not an RFC 3339 time with an offset, such as Z")
    try:
        at = datetime.fromisoformat(text.upper()).astimezone(UTC)
    except OverflowError:
        raise ValueError("not a time of the years 1 to 9999 in UTC") from None
    return (at - _EPOCH) // timedelta(milliseconds=1)
