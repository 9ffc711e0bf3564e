"""POST /screening/searches: look for a name on the lists in force."""

from remit.kernel.canonical import canonical_json
from remit.runtime.api import Api, Reply, Request
from remit.runtime.screening import screening
from remit.screening.schema import Search, SearchView
from remit.screening.search import search

api = Api("screening")


@api.post(
    "/screening/searches",
    action="screening.search",
    body=Search,
    answers={200: SearchView},
    idempotent=False,
)
def look_for(request: Request[Search]) -> Reply:
    """What a name resembles, and why. Screens nobody; that it was asked is recorded."""
    found = search(
        screening(),
        request.body,
        tenant=request.caller.tenant,
        by=request.caller.subject,
        request_id=request.request_id,
        now=request.now,
    )
    return Reply(status=200, body=canonical_json(found))


handler = api.handler
