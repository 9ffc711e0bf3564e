"""POST /ledger/transfers: move, hold, post, void or take back money by hand, alone or linked."""

from remit.ledger.schema_transfer import NewTransfer, TransferAnswer
from remit.ledger.store import Ledger
from remit.ledger.transfer import transfer
from remit.runtime import clients, settings
from remit.runtime.api import Api, Request
from remit.store.idempotency import Answer
from remit.store.table import Table

api = Api("ledger")


@api.post(
    "/ledger/transfers",
    action="ledger.transfer",
    body=NewTransfer,
    answers={200: TransferAnswer, 201: TransferAnswer},
)
def make(request: Request[NewTransfer]) -> Answer:
    """Move money between customers' accounts, in one phase or two; several linked or one."""
    client = clients.dynamodb()
    ledger = Ledger.of(client, settings.required("LEDGER_TABLE"))
    idempotency = Table(client=client, name=settings.required("IDEMPOTENCY_TABLE"))
    return transfer(ledger, idempotency, request.command, request.body)


handler = api.handler
