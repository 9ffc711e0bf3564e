"""POST /accounts/{id}/rules: freeze an account, limit it, let it go below zero, or close it."""

from remit.ledger.rule import change_rules
from remit.ledger.schema import NewRules, RulesView
from remit.ledger.store import Ledger
from remit.runtime import clients, settings
from remit.runtime.api import Api, Request
from remit.store.idempotency import Answer
from remit.store.table import Table

api = Api("ledger")


@api.post("/accounts/{id}/rules", action="accounts.rule", body=NewRules, answers={200: RulesView})
def change(request: Request[NewRules]) -> Answer:
    """Change what an account allows."""
    client = clients.dynamodb()
    ledger = Ledger.of(client, settings.required("LEDGER_TABLE"))
    idempotency = Table(client=client, name=settings.required("IDEMPOTENCY_TABLE"))
    return change_rules(ledger, idempotency, request.command, request.path["id"], request.body)


handler = api.handler
