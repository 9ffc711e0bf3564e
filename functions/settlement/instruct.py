"""The state *Instruct settlement* of the settlement machine."""

from typing import Any

from remit.kernel import clock
from remit.runtime import settlement
from remit.runtime.lines import lines
from remit.runtime.observability import count, task
from remit.settlement.instruct import instruct

_RESERVE = 20 * clock.SECOND
"""Milliseconds in which the orders that are under way are sent, however slow the line is."""


@task("settlement", "Instruct settlement")
def handler(event: dict[str, Any], context: Any) -> dict[str, Any]:
    """Answer `instructed`, `instructing` to be gone on with, or with what else the window is."""
    until = clock.now() + context.get_remaining_time_in_millis() - _RESERVE
    found = instruct(
        settlement.desk(),
        lines(),
        tenant=event["tenant"],
        window_id=event["id"],
        now=clock.now(),
        is_late=lambda: clock.now() >= until,
    )
    if found.sent:
        count("SettlementInstructed", found.sent)
    if found.status == "unanswered":
        count("SettlementUnanswered")
    return event | {"status": found.status}
