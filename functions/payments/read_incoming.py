"""GET /incoming-payments/{id}, and those that were rejected because of a name."""

from remit.kernel.canonical import canonical_json
from remit.payments import look_incoming
from remit.payments.incoming_store import IncomingStore
from remit.payments.schema_incoming import IncomingCasesView, IncomingQuery, IncomingView
from remit.runtime import clients, rails, settings
from remit.runtime.api import Api, Reply, Request

api = Api("payments")


def _store() -> IncomingStore:
    return IncomingStore.of(clients.dynamodb(), settings.required("PAYMENTS_TABLE"))


@api.get("/incoming-payments/{id}", action="incoming.read", answers={200: IncomingView})
def one(request: Request) -> Reply:
    """A payment that was credited to an account, with who paid it; oversight sees others, too."""
    who, asked = request.caller, request.path["id"]
    oversight = who.role != "client"
    view = look_incoming.one(_store(), rails.opened, who.tenant, asked, oversight=oversight)
    return Reply(status=200, body=canonical_json(view))


@api.get(
    "/incoming-payments",
    action="cases.read",
    query=IncomingQuery,
    answers={200: IncomingCasesView},
)
def listed(request: Request[None, IncomingQuery]) -> Reply:
    """Payments that were rejected because a name is like a listed one, newest first."""
    view = look_incoming.cases(_store(), request.caller.tenant, request.query)
    return Reply(status=200, body=canonical_json(view))


handler = api.handler
