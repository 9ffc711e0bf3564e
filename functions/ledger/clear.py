"""POST /ledger/suspense/{id}/clearance: move what a transfer has left in suspense."""

from remit.ledger.clear import clear
from remit.ledger.schema import TransferView
from remit.ledger.schema_transfer import Clearance
from remit.ledger.store import Ledger
from remit.runtime import clients, settings
from remit.runtime.api import Api, Request
from remit.store.idempotency import Answer
from remit.store.table import Table

api = Api("ledger")


@api.post(
    "/ledger/suspense/{id}/clearance",
    action="ledger.transfer",
    body=Clearance,
    answers={201: TransferView},
)
def clear_one(request: Request[Clearance]) -> Answer:
    """Move money from suspense to a customer's account, or from there to suspense; whole, once."""
    client = clients.dynamodb()
    ledger = Ledger.of(client, settings.required("LEDGER_TABLE"))
    idempotency = Table(client=client, name=settings.required("IDEMPOTENCY_TABLE"))
    return clear(ledger, idempotency, request.command, request.path["id"], request.body)


handler = api.handler
