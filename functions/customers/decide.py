"""POST /customers/{id}/decision and /risk: a person decides, or sets the risk tier."""

from remit.customers.decide import DecisionDesk, decide
from remit.customers.override import override
from remit.customers.schema import CustomerView, Decision, Override
from remit.ledger.store import Ledger
from remit.runtime import clients, machine, settings
from remit.runtime.api import Api, Request
from remit.runtime.customers import customers
from remit.runtime.screening import screening
from remit.runtime.vault import vault
from remit.store.idempotency import Answer
from remit.store.table import Table

api = Api("customers")
_ANSWERS = {200: CustomerView}


def _idempotency() -> Table:
    return Table(client=clients.dynamodb(), name=settings.required("IDEMPOTENCY_TABLE"))


@api.post("/customers/{id}/decision", action="customers.decide", body=Decision, answers=_ANSWERS)
def decision(request: Request[Decision]) -> Answer:
    """Approve a customer who needs attention, or turn it away."""
    desk = DecisionDesk(
        customers=customers(),
        vault=vault(),
        screening=screening(),
        ledger=Ledger.of(clients.dynamodb(), settings.required("LEDGER_TABLE")),
        idempotency=_idempotency(),
        resume=machine.resumer(),
    )
    return decide(desk, request.command, request.path["id"], request.body)


@api.post("/customers/{id}/risk", action="customers.decide", body=Override, answers=_ANSWERS)
def tier(request: Request[Override]) -> Answer:
    """Set the risk tier by hand."""
    place = customers(), vault(), _idempotency()
    return override(*place, request.command, request.path["id"], request.body)


handler = api.handler
