"""POST and GET /net-debit-caps: how much may be on its way in a currency, not settled yet."""

from remit.kernel.canonical import canonical_json
from remit.ledger.store import Ledger
from remit.runtime import clients, settings
from remit.runtime.api import Api, Reply, Request
from remit.settlement.cap import cap_of, set_cap
from remit.settlement.schema import CapQuery, CapView, NewCap
from remit.store.idempotency import Answer
from remit.store.table import Table

api = Api("settlement")


def _ledger() -> Ledger:
    return Ledger.of(clients.dynamodb(), settings.required("LEDGER_TABLE"))


@api.post("/net-debit-caps", action="windows.operate", body=NewCap, answers={200: CapView})
def change(request: Request[NewCap]) -> Answer:
    """Set or take away the cap in a currency."""
    idempotency = Table(client=clients.dynamodb(), name=settings.required("IDEMPOTENCY_TABLE"))
    return set_cap(_ledger(), idempotency, request.command, request.body)


@api.get("/net-debit-caps", action="windows.read", query=CapQuery, answers={200: CapView})
def one(request: Request[None, CapQuery]) -> Reply:
    """The cap in a currency, and how much of it is used."""
    view = cap_of(_ledger(), request.caller.tenant, request.query.currency)
    return Reply(status=200, body=canonical_json(view))


handler = api.handler
