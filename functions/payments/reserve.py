"""The state *Reserve funds* of the payment machine."""

from typing import Any

from remit.kernel import clock
from remit.ledger.store import Ledger
from remit.payments.reserve import reserve
from remit.payments.store import PaymentStore
from remit.runtime import clients, settings
from remit.runtime.observability import count, task


@task("payments", "Reserve funds")
def handler(event: dict[str, Any], _: object) -> dict[str, Any]:
    """Answer with the status that the payment comes to."""
    client = clients.dynamodb()
    reserved = reserve(
        PaymentStore.of(client, settings.required("PAYMENTS_TABLE")),
        Ledger.of(client, settings.required("LEDGER_TABLE")),
        tenant=event["tenant"],
        payment_id=event["id"],
        now=clock.now(),
    )
    if reserved.here:
        count("PaymentDeclined" if reserved.status == "declined" else "FundsReserved")
    return event | {"status": reserved.status}
