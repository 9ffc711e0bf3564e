"""POST /settlement-windows/{id}/close, /fund and /resume: what a person does to a window."""

from typing import Any

from remit.runtime import clients, machine, settings, settlement
from remit.runtime.api import Api, Request
from remit.settlement import operate
from remit.settlement.schema import Funding, Resumption, WindowToClose, WindowView
from remit.settlement.walk import tell
from remit.store.idempotency import Answer
from remit.store.table import Table

api = Api("settlement")
_PATH, _DONE = "/settlement-windows/{id}", {200: WindowView}


def _idempotency() -> Table:
    return Table(client=clients.dynamodb(), name=settings.required("IDEMPOTENCY_TABLE"))


def _told(request: Request[Any], answer: Answer) -> Answer:
    window = {"tenant": request.caller.tenant, "window_id": request.path["id"]}
    tell(settlement.store(), machine.resumer(), **window)
    return answer


@api.post(f"{_PATH}/close", action="windows.operate", body=WindowToClose, answers={202: WindowView})
def close(request: Request[WindowToClose]) -> Answer:
    """Close a window whose time is over, or early; its machine runs from then on."""
    place, window = settlement.store(), request.path["id"]
    answer = operate.close_window(place, _idempotency(), request.command, window, request.body)
    if answer.status == 202:  # noqa: PLR2004
        settlement.begin(request.caller.tenant, window, again=request.command.id)
    return answer


@api.post(f"{_PATH}/fund", action="windows.operate", body=Funding, answers=_DONE)
def fund(request: Request[Funding]) -> Answer:
    """Book what was moved to the settlement bank for a window that is short."""
    place = settlement.desk(), _idempotency(), request.command
    return _told(request, operate.fund(*place, request.path["id"], request.body))


@api.post(f"{_PATH}/resume", action="windows.operate", body=Resumption, answers=_DONE)
def resume(request: Request[Resumption]) -> Answer:
    """Have a window go on that waits for a person."""
    place = settlement.store(), _idempotency(), request.command
    return _told(request, operate.resume(*place, request.path["id"], request.body))


handler = api.handler
