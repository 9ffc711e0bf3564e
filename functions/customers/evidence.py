"""GET /customers/{id}/evidence: all that is on record of a customer, opened, as one file.

Who has looked at it is on record too.
"""

from remit.customers.look import Onlooker, evidence
from remit.customers.schema import EvidenceView
from remit.kernel import clock
from remit.kernel.canonical import canonical_json
from remit.runtime.api import Api, Reply, Request
from remit.runtime.customers import customers
from remit.runtime.observability import count
from remit.runtime.vault import vault

api = Api("customers")


@api.get("/customers/{id}/evidence", action="evidence.read", answers={200: EvidenceView})
def export(request: Request) -> Reply:
    """The evidence capsule. It can be verified by anybody: `python -m local evidence verify`."""
    who = Onlooker(
        tenant=request.caller.tenant,
        id=request.caller.subject,
        at=clock.now(),
        request_id=request.request_id,
    )
    document = evidence(customers(), vault(), request.path["id"], who)
    count("EvidenceOpened")
    return Reply(status=200, body=canonical_json(document))


handler = api.handler
