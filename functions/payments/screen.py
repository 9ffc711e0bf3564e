"""The state *Screen payment* of the machine `rail_outcome`."""

from typing import Any

from remit.kernel import clock
from remit.payments.incoming_store import IncomingStore
from remit.payments.screen import screen
from remit.runtime import clients, rails, settings
from remit.runtime.observability import count, task


@task("payments", "Screen payment")
def handler(event: dict[str, Any], _: object) -> dict[str, Any]:
    """Answer with `clear`, or the status that the payment has."""
    screened = screen(
        IncomingStore.of(clients.dynamodb(), settings.required("PAYMENTS_TABLE")),
        tenant=event["tenant"],
        incoming_id=event["id"],
        opened=rails.opened,
        listed=rails.suspect,
        now=clock.now(),
    )
    if screened.listed:
        count("IncomingListed")
    return event | {"status": screened.status}
