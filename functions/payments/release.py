"""The state *Release funds* of the machine `rail_outcome`."""

from typing import Any

from remit.kernel import clock
from remit.ledger.store import Ledger
from remit.payments.release import release
from remit.payments.store import PaymentStore
from remit.rails.facts import NO_REASON
from remit.runtime import clients, settings
from remit.runtime.observability import count, task
from remit.runtime.rail_messages import fact_of


@task("payments", "Release funds")
def handler(event: dict[str, Any], _: object) -> dict[str, Any]:
    """Answer with the status that the payment comes to, or `contradicted`."""
    client = clients.dynamodb()
    said = fact_of(event)
    outcome = release(
        PaymentStore.of(client, settings.required("PAYMENTS_TABLE")),
        Ledger.of(client, settings.required("LEDGER_TABLE")),
        tenant=event["tenant"],
        payment_id=event["id"],
        reason=said.reason or NO_REASON,
        now=clock.now(),
    )
    if outcome.here:
        count("FundsReleased")
    if outcome.in_suspense:
        count("FundsSuspended")
    if outcome.status == "contradicted":
        count("RailContradicted")
    return event | {"status": outcome.status}
