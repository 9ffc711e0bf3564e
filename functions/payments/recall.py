"""POST and GET /payments/{id}/recall: ask a settled payment back, and see what came of it."""

from remit.kernel.canonical import canonical_json
from remit.payments.recall import ask_back, look
from remit.payments.recalls import RecallStore
from remit.payments.schema import RecallRequest, RecallView
from remit.payments.store import PaymentStore
from remit.runtime import clients, settings
from remit.runtime.api import Api, Reply, Request
from remit.store.idempotency import Answer
from remit.store.table import Table

api = Api("payments")


def _stores() -> tuple[PaymentStore, RecallStore]:
    client, table = clients.dynamodb(), settings.required("PAYMENTS_TABLE")
    return PaymentStore.of(client, table), RecallStore.of(client, table)


@api.post(
    "/payments/{id}/recall",
    action="payments.recall",
    body=RecallRequest,
    answers={202: RecallView},
)
def ask(request: Request[RecallRequest]) -> Answer:
    """Ask the other bank to give a settled payment back."""
    idempotency = Table(client=clients.dynamodb(), name=settings.required("IDEMPOTENCY_TABLE"))
    payments, recalls = _stores()
    return ask_back(
        payments, recalls, idempotency, request.command, request.path["id"], request.body
    )


@api.get("/payments/{id}/recall", action="payments.read", answers={200: RecallView})
def one(request: Request) -> Reply:
    """A payment's recall, with its answer."""
    view = look(*_stores(), request.caller.tenant, request.path["id"])
    return Reply(status=200, body=canonical_json(view))


handler = api.handler
