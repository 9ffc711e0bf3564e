"""The state *Credit account* of the machine `rail_outcome`."""

from typing import Any

from remit.kernel import clock
from remit.ledger.store import Ledger
from remit.payments.credit import credit
from remit.payments.incoming_store import IncomingStore
from remit.runtime import clients, settings
from remit.runtime.observability import count, task


@task("payments", "Credit account")
def handler(event: dict[str, Any], _: object) -> dict[str, Any]:
    """Answer with the status that the payment comes to."""
    client = clients.dynamodb()
    credited = credit(
        IncomingStore.of(client, settings.required("PAYMENTS_TABLE")),
        Ledger.of(client, settings.required("LEDGER_TABLE")),
        tenant=event["tenant"],
        incoming_id=event["id"],
        now=clock.now(),
    )
    if credited.here:
        count("IncomingCredited" if credited.status == "credited" else "IncomingRejected")
    return event | {"status": credited.status}
