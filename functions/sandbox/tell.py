"""POST /sandbox/{rail}/addressing, .../payee-verifications: what the sandbox knows of payees."""

from remit.kernel.canonical import canonical_json
from remit.payees.schema import SchemeAnswer
from remit.runtime import sandbox
from remit.runtime.api import Api, Reply, Request
from remit.runtime.observability import count
from remit.runtime.reply import JSON
from remit.sandbox.schema import AddressView
from remit.sandbox.tell import ADDRESSING, VERIFICATIONS

api = Api("sandbox")


@api.post(
    "/sandbox/{rail}/addressing",
    action=None,
    raw=JSON,
    signed=True,
    idempotent=False,
    answers={200: AddressView},
)
def address(request: Request) -> Reply:
    """Tell, as FPS's addressing service, whose a proxy is; in the sandbox only."""
    return _told(request, ADDRESSING)


@api.post(
    "/sandbox/{rail}/payee-verifications",
    action=None,
    raw=JSON,
    signed=True,
    idempotent=False,
    answers={200: SchemeAnswer},
)
def verify(request: Request) -> Reply:
    """Answer, as another bank, a verification of payee; in the sandbox only."""
    return _told(request, VERIFICATIONS)


def _told(request: Request, service: str) -> Reply:
    sandbox.only_here()
    told = sandbox.told(request.path["rail"], service, request).in_time
    count("SandboxPayeeTold")
    return Reply(status=200, body=canonical_json(dict(told)))


handler = api.handler
