"""GET /settlement-windows, /{id} and /{id}/members: windows, positions, members, and the hash."""

from remit.kernel.canonical import canonical_json
from remit.runtime import settlement
from remit.runtime.api import Api, Reply, Request
from remit.settlement import look
from remit.settlement.schema import (
    MembersQuery,
    MembersView,
    WindowsQuery,
    WindowsView,
    WindowView,
)

api = Api("settlement")
_PATH = "/settlement-windows"


@api.get(_PATH, action="windows.read", query=WindowsQuery, answers={200: WindowsView})
def many(request: Request[None, WindowsQuery]) -> Reply:
    """The tenant's windows, the latest first, without positions."""
    view = look.many(settlement.store(), request.caller.tenant, request.query)
    return Reply(status=200, body=canonical_json(view))


@api.get(f"{_PATH}/{{id}}", action="windows.read", answers={200: WindowView})
def one(request: Request) -> Reply:
    """A window: its bounds and state; positions and hash once it has been computed."""
    where = settlement.store(), request.caller.tenant, request.path["id"]
    return Reply(status=200, body=canonical_json(look.one(*where, now=request.now)))


@api.get(
    f"{_PATH}/{{id}}/members",
    action="windows.read",
    query=MembersQuery,
    answers={200: MembersView},
)
def members(request: Request[None, MembersQuery]) -> Reply:
    """What settles in a window."""
    where = settlement.store(), request.caller.tenant, request.path["id"], request.query
    return Reply(status=200, body=canonical_json(look.members(*where, now=request.now)))


handler = api.handler
