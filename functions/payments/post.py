"""The state *Post funds* of the payment machine."""

from typing import Any

from remit.kernel import clock
from remit.ledger.store import Ledger
from remit.payments.post import post
from remit.payments.store import PaymentStore
from remit.runtime import clients, settings
from remit.runtime.observability import count, measure, task


@task("payments", "Post funds")
def handler(event: dict[str, Any], _: object) -> dict[str, Any]:
    """Answer with the status that the payment comes to."""
    client, now = clients.dynamodb(), clock.now()
    posted = post(
        PaymentStore.of(client, settings.required("PAYMENTS_TABLE")),
        Ledger.of(client, settings.required("LEDGER_TABLE")),
        tenant=event["tenant"],
        payment_id=event["id"],
        now=now,
    )
    if posted.here:
        count("PaymentCompleted" if posted.status == "completed" else "PaymentDeclined")
        measure("PaymentLatency", posted.after_milliseconds)
        count("FundsPosted")
    return event | {"status": posted.status}
