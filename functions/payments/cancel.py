"""POST /payments/{id}/cancel: cancel a payment while it can be."""

from remit.fraud.store import RiskStore
from remit.payments.cancel import cancel
from remit.payments.schema import PaymentView
from remit.payments.store import PaymentStore
from remit.runtime import clients, settings
from remit.runtime.api import Api, Request
from remit.store.idempotency import Answer
from remit.store.table import Table

api = Api("payments")


@api.post("/payments/{id}/cancel", action="payments.cancel", answers={200: PaymentView})
def cancel_one(request: Request) -> Answer:
    """Cancel a payment that has not come to its end."""
    client = clients.dynamodb()
    return cancel(
        PaymentStore.of(client, settings.required("PAYMENTS_TABLE")),
        RiskStore.of(client, settings.required("FRAUD_TABLE")),
        Table(client=client, name=settings.required("IDEMPOTENCY_TABLE")),
        request.command,
        request.path["id"],
    )


handler = api.handler
