"""The state *Complete payment* of the machine `rail_outcome`."""

from typing import Any

from remit.kernel import clock
from remit.payments.complete import complete
from remit.payments.store import PaymentStore
from remit.runtime import clients, settings
from remit.runtime.observability import count, measure, task


@task("payments", "Complete payment")
def handler(event: dict[str, Any], _: object) -> dict[str, Any]:
    """Answer with the status that the payment comes to, or `contradicted`."""
    outcome = complete(
        PaymentStore.of(clients.dynamodb(), settings.required("PAYMENTS_TABLE")),
        tenant=event["tenant"],
        payment_id=event["id"],
        now=clock.now(),
    )
    if outcome.here:
        count("PaymentCompleted")
        measure("RailLatency", outcome.after_milliseconds)
    if outcome.status == "contradicted":
        count("RailContradicted")
    return event | {"status": outcome.status}
