"""POST /fraud/payees: put a payee on the house's list, or take it off."""

from remit.fraud.payees import mark
from remit.fraud.schema import PayeeMark, PayeeMarkView
from remit.fraud.store import RiskStore
from remit.runtime import clients, settings
from remit.runtime.api import Api, Request
from remit.store.idempotency import Answer
from remit.store.table import Table

api = Api("fraud")


@api.post("/fraud/payees", action="payees.mark", body=PayeeMark, answers={200: PayeeMarkView})
def mark_one(request: Request[PayeeMark]) -> Answer:
    """Block a payee, watch it, or lift the mark; payments check it from then on."""
    client = clients.dynamodb()
    risk = RiskStore.of(client, settings.required("FRAUD_TABLE"))
    idempotency = Table(client=client, name=settings.required("IDEMPOTENCY_TABLE"))
    return mark(risk, idempotency, request.command, request.body)


handler = api.handler
