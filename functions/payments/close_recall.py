"""The state *Close recall* of the machine `rail_outcome`."""

from typing import Any

from remit.kernel import clock
from remit.payments.close_recall import close_recall
from remit.payments.recalls import RecallStore
from remit.payments.store import PaymentStore
from remit.rails.facts import NO_REASON
from remit.runtime import clients, settings
from remit.runtime.observability import count, task
from remit.runtime.rail_messages import fact_of


@task("payments", "Close recall")
def handler(event: dict[str, Any], _: object) -> dict[str, Any]:
    """Answer with the status of the payment, which a refused recall leaves as it is."""
    client, table = clients.dynamodb(), settings.required("PAYMENTS_TABLE")
    said = fact_of(event)
    status, here = close_recall(
        PaymentStore.of(client, table),
        RecallStore.of(client, table),
        tenant=event["tenant"],
        payment_id=event["id"],
        reason=said.reason or NO_REASON,
        now=clock.now(),
    )
    if here:
        count("RecallRefused")
    return event | {"status": status}
