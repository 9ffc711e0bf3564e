"""POST /sandbox/{rail}/messages: the scheme that the sandbox pays over, where there is no other."""

from remit.access.model import Forbidden
from remit.kernel.canonical import canonical_json
from remit.kernel.errors import NotFound
from remit.runtime import sandbox, settings
from remit.runtime.api import Api, Reply, Request
from remit.runtime.observability import count
from remit.runtime.reply import XML
from remit.sandbox.schema import TakenView
from remit.sandbox.take import take as take_in

api = Api("sandbox")


@api.post(
    "/sandbox/{rail}/messages",
    action=None,
    raw=XML,
    signed=True,
    idempotent=False,
    answers={202: TakenView},
)
def take(request: Request) -> Reply:
    """Take in what we send to SCT Inst, and answer by its amount; in the sandbox only."""
    if not settings.flag("SANDBOX"):
        raise Forbidden("the scheme that only acts as one exists in the sandbox only")
    if request.path["rail"] != sandbox.RAIL:
        raise NotFound
    taken = take_in(sandbox.desk(), headers=request.headers, body=request.raw, now=request.now)
    count("SandboxMessageTaken")
    view = {"id": taken.message_id, "message": taken.message}
    return Reply(status=202, body=canonical_json(view))


handler = api.handler
