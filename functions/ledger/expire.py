"""Every minute: end the holds whose time is over."""

from typing import Any

from remit.kernel import clock
from remit.kernel.clock import parse_rfc3339, rfc3339
from remit.ledger.expire import Expired, HoldsLeft, expire
from remit.ledger.store import Ledger
from remit.runtime import clients, observability, settings

_RESERVE = 8 * clock.SECOND
"""What is under way when time is up, its retries and the mark still fit in."""

_MOST_NAMED = 20


def handler(event: dict[str, Any], context: Any) -> dict[str, Any]:
    """Go on from where the last run stopped; fails when a hold could not be ended."""
    until = clock.now() + context.get_remaining_time_in_millis() - _RESERVE
    due = parse_rfc3339(event["time"]) if "time" in event else clock.now()
    observability.bind("ledger")
    try:
        found = observability.observed("Expire", lambda: _run(due, until), shown=_shown)
        return {"status": "swept", "reached": rfc3339(found.reached)}
    finally:
        observability.flush()


def _run(due: int, until: int) -> Expired:
    ledger = Ledger.of(clients.dynamodb(), settings.required("LEDGER_TABLE"))
    found = expire(ledger, by="expiry", due=due, until=until)
    observability.count("HoldExpired", found.ended)
    observability.measure("ExpiryLag", clock.now() - found.reached)
    if found.left:
        observability.logger.error("holds left", extra={"holds": found.left[:_MOST_NAMED]})
        raise HoldsLeft(f"{len(found.left)} expired holds could not be ended")
    return found


def _shown(found: Expired) -> dict[str, object]:
    return {"ended": found.ended, "reached": rfc3339(found.reached)}
