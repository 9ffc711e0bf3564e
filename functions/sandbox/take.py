"""POST /sandbox/{rail}/messages: the schemes that a sandbox without others pays over."""

from remit.kernel.canonical import canonical_json
from remit.runtime import sandbox
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
    """Take in what we send to SCT Inst or FPS, and answer by its amount; in the sandbox only."""
    sandbox.only_here()
    desk = sandbox.desk(sandbox.rail_named(request.path["rail"]))
    taken = take_in(desk, headers=request.headers, body=request.raw, now=request.now)
    count("SandboxMessageTaken")
    view = {"id": taken.message_id, "message": taken.message}
    return Reply(status=202, body=canonical_json(view))


handler = api.handler
