"""POST /customers: take an application, and set its machine going."""

from remit.customers.apply import Counter, apply
from remit.customers.schema import Application, CustomerView
from remit.runtime import clients, machine, settings
from remit.runtime.api import Api, Request
from remit.runtime.customers import customers
from remit.runtime.vault import vault
from remit.store.idempotency import Answer
from remit.store.table import Table

api = Api("customers")


@api.post("/customers", action="customers.apply", body=Application, answers={202: CustomerView})
def take(request: Request[Application]) -> Answer:
    """Apply to become a customer: a person, or a business with its owners and directors."""
    start = machine.starter(
        settings.required("ONBOARDING_MACHINE_ARN"),
        request_id=request.request_id,
        traceparent=request.traceparent,
    )
    counter = Counter(
        customers=customers(),
        vault=vault(),
        idempotency=Table(client=clients.dynamodb(), name=settings.required("IDEMPOTENCY_TABLE")),
        start=start,
    )
    return apply(counter, request.command, request.body.root.model_dump(mode="json"))


handler = api.handler
