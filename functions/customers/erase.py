"""POST /customers/{id}/erasure and its approval: two people take a customer's key away."""

from remit.customers.erase import ErasureDesk, approve_erasure, request_erasure
from remit.customers.schema import ErasureView, Reason
from remit.ledger.store import Ledger
from remit.runtime import clients, settings
from remit.runtime.api import Api, Request
from remit.runtime.customers import customers
from remit.runtime.vault import vault
from remit.store.idempotency import Answer
from remit.store.table import Table

api = Api("customers")
_PATH = "/customers/{id}/erasure"


def _desk() -> ErasureDesk:
    client = clients.dynamodb()
    return ErasureDesk(
        customers=customers(),
        vault=vault(),
        ledger=Ledger.of(client, settings.required("LEDGER_TABLE")),
        idempotency=Table(client=client, name=settings.required("IDEMPOTENCY_TABLE")),
    )


@api.post(_PATH, action="customers.erase", body=Reason, answers={202: ErasureView})
def ask(request: Request[Reason]) -> Answer:
    """Ask for a customer to be erased."""
    return request_erasure(_desk(), request.command, request.path["id"], request.body.reason)


@api.post(f"{_PATH}/approval", action="customers.erase", body=Reason, answers={200: ErasureView})
def approve(request: Request[Reason]) -> Answer:
    """Approve it, as another person: the key is destroyed, and the certificate of it answered."""
    return approve_erasure(_desk(), request.command, request.path["id"])


handler = api.handler
