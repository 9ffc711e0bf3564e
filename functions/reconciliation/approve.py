"""POST /breaks/{id}/approval: a second person approves an adjustment, and it is posted."""

from remit.reconciliation.approve import approve
from remit.reconciliation.schema_breaks import Approval, BreakView
from remit.runtime.api import Api, Request
from remit.runtime.observability import count
from remit.runtime.reconciliation import break_desk
from remit.store.idempotency import Answer

api = Api("reconciliation")
_OK = 200


@api.post("/breaks/{id}/approval", action="breaks.approve", body=Approval, answers={200: BreakView})
def approval(request: Request[Approval]) -> Answer:
    """Approve exactly this adjustment, as another person than who has proposed it."""
    command, adjustment = request.command, request.body.adjustment
    answer = approve(break_desk(), command, request.path["id"], adjustment)
    if answer.status == _OK and not answer.replayed:
        count("AdjustmentPosted")
    return answer


handler = api.handler
