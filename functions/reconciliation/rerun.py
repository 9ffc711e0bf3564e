"""POST /reconciliations/{id}/rerun: the same input again, under the rules in force."""

from remit.reconciliation.rerun import rerun
from remit.reconciliation.schema import RunView
from remit.runtime.api import Api, Request
from remit.runtime.reconciliation import desk, idempotency
from remit.store.idempotency import Answer

api = Api("reconciliation")
_PATH = "/reconciliations/{id}/rerun"


@api.post(_PATH, action="reconciliations.rerun", answers={201: RunView})
def again(request: Request) -> Answer:
    """Run it again on what it looked at; under the same rules the result has the same hash."""
    return rerun(desk(), idempotency(), request.command, request.path["id"])


handler = api.handler
