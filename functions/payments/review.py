"""POST /fraud/cases/{id}/decision: a person releases or blocks a payment in review."""

from remit.fraud.schema import CaseView
from remit.fraud.store import RiskStore
from remit.payments.review import ReviewDesk, review
from remit.payments.schema import CaseDecision
from remit.payments.store import PaymentStore
from remit.runtime import clients, machine, settings
from remit.runtime.api import Api, Request
from remit.store.idempotency import Answer
from remit.store.table import Table

api = Api("payments")


@api.post(
    "/fraud/cases/{id}/decision",
    action="cases.decide",
    body=CaseDecision,
    answers={200: CaseView},
)
def decide(request: Request[CaseDecision]) -> Answer:
    """Release the payment, so that it goes on, or block it, so that it is declined."""
    client, arn = clients.dynamodb(), settings.required("PAYMENT_MACHINE_ARN")
    start = machine.starter(
        arn,
        request_id=request.request_id,
        traceparent=request.traceparent,
        again="released",
    )
    desk = ReviewDesk(
        payments=PaymentStore.of(client, settings.required("PAYMENTS_TABLE")),
        risk=RiskStore.of(client, settings.required("FRAUD_TABLE")),
        idempotency=Table(client=client, name=settings.required("IDEMPOTENCY_TABLE")),
        start=start,
    )
    return review(desk, request.command, request.path["id"], request.body)


handler = api.handler
