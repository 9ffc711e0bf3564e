"""GET /recalls and POST /recalls/{id}/answer: what other banks ask back, and a person's answer."""

from remit.kernel.canonical import canonical_json
from remit.ledger.store import Ledger
from remit.payments.answer_recall import answer_recall, look
from remit.payments.incoming_recalls import AskedBackStore
from remit.payments.incoming_store import IncomingStore
from remit.payments.schema_incoming import AskedBacksView, AskedBackView, RecallAnswer, RecallsQuery
from remit.runtime import clients, settings
from remit.runtime.api import Api, Reply, Request
from remit.store.idempotency import Answer
from remit.store.table import Table

api = Api("payments")


def _recalls() -> AskedBackStore:
    return AskedBackStore.of(clients.dynamodb(), settings.required("PAYMENTS_TABLE"))


@api.get("/recalls", action="recalls.read", query=RecallsQuery, answers={200: AskedBacksView})
def many(request: Request[None, RecallsQuery]) -> Reply:
    """Payments that other banks ask back, the one that must be answered first first."""
    view = look(_recalls(), request.caller.tenant, request.query)
    return Reply(status=200, body=canonical_json(view))


@api.post(
    "/recalls/{id}/answer",
    action="recalls.answer",
    body=RecallAnswer,
    answers={200: AskedBackView},
)
def decide(request: Request[RecallAnswer]) -> Answer:
    """Give the money back, or refuse to. The other bank is told afterwards."""
    client, asked = clients.dynamodb(), request.path["id"]
    incoming = IncomingStore.of(client, settings.required("PAYMENTS_TABLE"))
    ledger = Ledger.of(client, settings.required("LEDGER_TABLE"))
    keys = Table(client=client, name=settings.required("IDEMPOTENCY_TABLE"))
    return answer_recall(_recalls(), incoming, ledger, keys, request.command, asked, request.body)


handler = api.handler
