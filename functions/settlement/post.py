"""The state *Post settlement* of the settlement machine."""

from typing import Any

from remit.kernel import clock
from remit.runtime import settlement
from remit.runtime.observability import count, task
from remit.settlement.post import post

_RESERVE = 20 * clock.SECOND
"""Milliseconds: one more commit with its retries, and the answer, still fit in."""


@task("settlement", "Post settlement")
def handler(event: dict[str, Any], context: Any) -> dict[str, Any]:
    """Answer `settled`, or `posting` to be gone on with."""
    until = clock.now() + context.get_remaining_time_in_millis() - _RESERVE
    status = post(
        settlement.desk(),
        tenant=event["tenant"],
        window_id=event["id"],
        now=clock.now(),
        is_late=lambda: clock.now() >= until,
    )
    if status == "settled":
        count("WindowSettled")
    return event | {"status": status}
