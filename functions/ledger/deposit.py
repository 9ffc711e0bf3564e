"""POST /accounts/{id}/deposits: money in from outside, in the sandbox only."""

from remit.access.model import Forbidden
from remit.ledger.deposit import deposit
from remit.ledger.schema import DepositView, NewDeposit
from remit.ledger.store import Ledger
from remit.runtime import clients, settings
from remit.runtime.api import Api, Request
from remit.store.idempotency import Answer
from remit.store.table import Table

api = Api("ledger")


@api.post(
    "/accounts/{id}/deposits",
    action="deposits.make",
    body=NewDeposit,
    answers={201: DepositView},
)
def make(request: Request[NewDeposit]) -> Answer:
    """Credit an account from outside; in the sandbox only."""
    if not settings.flag("SANDBOX"):
        raise Forbidden("deposits by API exist in the sandbox only")
    client = clients.dynamodb()
    ledger = Ledger.of(client, settings.required("LEDGER_TABLE"))
    idempotency = Table(client=client, name=settings.required("IDEMPOTENCY_TABLE"))
    return deposit(ledger, idempotency, request.command, request.path["id"], request.body)


handler = api.handler
