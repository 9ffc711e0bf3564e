"""POST /rails/{rail}/messages: what a scheme sends us. Its signature is its token."""

from remit.kernel.canonical import canonical_json
from remit.payments.receive import receive
from remit.payments.schema import MessageView
from remit.runtime import rails
from remit.runtime.api import Api, Reply, Request
from remit.runtime.observability import count
from remit.runtime.reply import XML

api = Api("rails")


@api.post(
    "/rails/{rail}/messages",
    action=None,
    raw=XML,
    signed=True,
    idempotent=False,
    answers={202: MessageView},
)
def take(request: Request) -> Reply:
    """Take in a pacs.002, .004 or .008, a camt.029 or .056, signed as Standard Webhooks are."""
    received = receive(
        rails.in_desk(request_id=request.request_id),
        rail=request.path["rail"],
        headers=request.headers,
        body=request.raw,
        now=request.now,
    )
    count("MessageRepeated" if received.repeated else "MessageReceived")
    if received.strangers:
        count("StrangerAnswered", received.strangers)
    if received.unclear:
        count("MessageUnclear", received.unclear)
    if received.asked:
        count("RecallReceived")
    view = {"id": received.key, "duplicate": received.repeated}
    return Reply(status=202, body=canonical_json(view))


handler = api.handler
