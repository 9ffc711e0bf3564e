"""The state *Return funds* of the machine `rail_outcome`."""

from typing import Any

from remit.kernel import clock
from remit.ledger.store import Ledger
from remit.payments.recalls import RecallStore
from remit.payments.return_funds import return_funds, returned_of
from remit.payments.store import PaymentStore
from remit.runtime import clients, settings
from remit.runtime.observability import count, task
from remit.runtime.rail_messages import fact_of


@task("payments", "Return funds")
def handler(event: dict[str, Any], _: object) -> dict[str, Any]:
    """Answer with the status that the payment comes to, or `contradicted`."""
    client, table = clients.dynamodb(), settings.required("PAYMENTS_TABLE")
    outcome = return_funds(
        PaymentStore.of(client, table),
        Ledger.of(client, settings.required("LEDGER_TABLE")),
        RecallStore.of(client, table),
        tenant=event["tenant"],
        payment_id=event["id"],
        returned=returned_of(fact_of(event)),
        now=clock.now(),
    )
    if outcome.here:
        count("FundsReturned")
    if outcome.in_suspense:
        count("FundsSuspended")
    if outcome.status == "contradicted":
        count("RailContradicted")
    return event | {"status": outcome.status}
