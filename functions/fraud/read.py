"""GET /fraud/cases: the review queue."""

from remit.fraud.cases import page
from remit.fraud.schema import CasesQuery, CasesView
from remit.fraud.store import RiskStore
from remit.kernel.canonical import canonical_json
from remit.runtime import clients, settings
from remit.runtime.api import Api, Reply, Request

api = Api("fraud")


@api.get("/fraud/cases", action="cases.read", query=CasesQuery, answers={200: CasesView})
def cases(request: Request[None, CasesQuery]) -> Reply:
    """Payments that wait for a person, or those that were decided; oldest first."""
    risk = RiskStore.of(clients.dynamodb(), settings.required("FRAUD_TABLE"))
    return Reply(status=200, body=canonical_json(page(risk, request.caller.tenant, request.query)))


handler = api.handler
