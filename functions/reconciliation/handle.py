"""POST on a break: who has it, that it is looked into, and how it is to end."""

from remit.reconciliation import handle
from remit.reconciliation.schema_breaks import Assignment, BreakView, Resolution
from remit.runtime.api import Api, Request
from remit.runtime.reconciliation import break_desk
from remit.store.idempotency import Answer

api = Api("reconciliation")
_ACTION, _PATH, _VIEW = "breaks.handle", "/breaks/{id}", BreakView


@api.post(f"{_PATH}/assign", action=_ACTION, body=Assignment, answers={200: _VIEW})
def assign(request: Request[Assignment]) -> Answer:
    """Give the break to somebody."""
    return handle.assign(break_desk(), request.command, request.path["id"], request.body.owner)


@api.post(f"{_PATH}/investigate", action=_ACTION, answers={200: _VIEW})
def investigate(request: Request) -> Answer:
    """Say that it is looked into."""
    return handle.investigate(break_desk(), request.command, request.path["id"])


@api.post(f"{_PATH}/resolution", action=_ACTION, body=Resolution, answers={200: _VIEW, 202: _VIEW})
def resolve(request: Request[Resolution]) -> Answer:
    """End it; or propose an adjustment, with which it ends when a second person approves that."""
    return handle.resolve(break_desk(), request.command, request.path["id"], request.body)


handler = api.handler
