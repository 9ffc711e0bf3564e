"""POST /identity/{provider}/callbacks: a provider's answer. Its signature is its token."""

from remit.identity.receive import receive
from remit.identity.schema import Received
from remit.runtime import identity
from remit.runtime.api import Api, Reply, Request, ok
from remit.runtime.observability import count
from remit.runtime.reply import JSON
from remit.runtime.vault import vault

api = Api("identity")

_COUNTED = {
    "answered": "CheckAnswered",
    "repeated": "CallbackRepeated",
    "late": "CheckAnsweredLate",
    "contradicted": "CheckContradicted",
}


@api.post(
    "/identity/{provider}/callbacks",
    action=None,
    raw=JSON,
    signed=True,
    idempotent=False,
    answers={200: Received},
)
def take(request: Request) -> Reply:
    """Take a provider's answer to a check, signed as Standard Webhooks are. Twice is harmless."""
    told = receive(
        identity.desk(),
        vault(),
        provider=request.path["provider"],
        headers=request.headers,
        body=request.raw,
        now=request.now,
    )
    count(_COUNTED[told])
    return ok(Received())


handler = api.handler
