"""GET /payments, one payment, its fraud decision, and payment files."""

from remit.fraud.schema import DecisionView
from remit.fraud.store import RiskStore
from remit.kernel.canonical import canonical_json
from remit.payments import look
from remit.payments.schema import PaymentsQuery, PaymentsView, PaymentView
from remit.payments.store import PaymentStore
from remit.runtime import clients, settings
from remit.runtime.api import Api, Reply, Request

api = Api("payments")


def _payments() -> PaymentStore:
    return PaymentStore.of(clients.dynamodb(), settings.required("PAYMENTS_TABLE"))


@api.get("/payments", action="payments.read", query=PaymentsQuery, answers={200: PaymentsView})
def many(request: Request[None, PaymentsQuery]) -> Reply:
    """Payments that debit an account, newest first."""
    view = look.many(_payments(), request.caller.tenant, request.query)
    return Reply(status=200, body=canonical_json(view))


@api.get("/payments/{id}", action="payments.read", answers={200: PaymentView})
def one(request: Request) -> Reply:
    """A payment, with its history."""
    view = look.one(_payments(), request.caller.tenant, request.path["id"])
    return Reply(status=200, body=canonical_json(view))


@api.get("/payments/{id}/decision", action="decisions.read", answers={200: DecisionView})
def decision(request: Request) -> Reply:
    """The fraud decision on a payment."""
    risk = RiskStore.of(clients.dynamodb(), settings.required("FRAUD_TABLE"))
    tenant, payment_id = request.caller.tenant, request.path["id"]
    view = look.decision(_payments(), risk, tenant, payment_id, now=request.now)
    return Reply(status=200, body=canonical_json(view))


handler = api.handler
