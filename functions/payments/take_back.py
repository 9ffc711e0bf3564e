"""The state *Take back credit* of the machine `rail_outcome`."""

from typing import Any

from remit.kernel import clock
from remit.ledger.store import Ledger
from remit.payments.incoming_store import IncomingStore
from remit.payments.take_back import take_back
from remit.rails.facts import NO_REASON
from remit.runtime import clients, settings
from remit.runtime.observability import count, task
from remit.runtime.rail_messages import fact_of


@task("payments", "Take back credit")
def handler(event: dict[str, Any], _: object) -> dict[str, Any]:
    """Answer with the status that the payment comes to, or `contradicted`."""
    client = clients.dynamodb()
    outcome = take_back(
        IncomingStore.of(client, settings.required("PAYMENTS_TABLE")),
        Ledger.of(client, settings.required("LEDGER_TABLE")),
        tenant=event["tenant"],
        incoming_id=event["id"],
        reason=fact_of(event).reason or NO_REASON,
        now=clock.now(),
    )
    if outcome.here:
        count("IncomingReversed" if outcome.status == "reversed" else "IncomingRejected")
    if outcome.in_suspense:
        count("FundsSuspended")
    if outcome.status == "contradicted":
        count("RailContradicted")
    return event | {"status": outcome.status}
