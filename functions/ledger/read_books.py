"""GET /ledger/days/{date} and /ledger/transfers/{id}: how the books stand."""

from remit.kernel.canonical import canonical_json
from remit.ledger import close_day, trace
from remit.ledger.schema import DayQuery, DayView, TransferView
from remit.ledger.store import Ledger
from remit.runtime import clients, settings
from remit.runtime.api import Api, Reply, Request

api = Api("ledger")


def _ledger() -> Ledger:
    return Ledger.of(clients.dynamodb(), settings.required("LEDGER_TABLE"))


@api.get("/ledger/days/{date}", action="ledger.read", query=DayQuery, answers={200: DayView})
def day(request: Request[None, DayQuery]) -> Reply:
    """What became of a business day of one currency."""
    date, currency = request.path["date"], request.query.currency
    view = close_day.look(_ledger(), request.caller.tenant, day=date, currency=currency)
    return Reply(status=200, body=canonical_json(view))


@api.get("/ledger/transfers/{id}", action="ledger.read", answers={200: TransferView})
def transfer(request: Request) -> Reply:
    """A transfer, its end and its reversals."""
    view = trace.transfer(_ledger(), request.caller.tenant, request.path["id"])
    return Reply(status=200, body=canonical_json(view))


handler = api.handler
