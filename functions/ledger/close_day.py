"""POST /ledger/days/{date}/close: close a business day of one currency."""

from remit.ledger.close_day import close_day
from remit.ledger.schema import DayToClose, DayView
from remit.ledger.store import Ledger
from remit.runtime import clients, settings
from remit.runtime.api import Api, Request
from remit.store.idempotency import Answer
from remit.store.table import Table

api = Api("ledger")

_LEFT_FOR_THE_ANSWER = 4_000
"""Milliseconds: one batch of accounts and the answer still fit in."""


@api.post("/ledger/days/{date}/close", action="days.close", body=DayToClose, answers={200: DayView})
def close(request: Request[DayToClose]) -> Answer:
    """Close a business day; answered with 409 `day_closing`, send the same request again."""
    client = clients.dynamodb()
    return close_day(
        Ledger.of(client, settings.required("LEDGER_TABLE")),
        Table(client=client, name=settings.required("IDEMPOTENCY_TABLE")),
        request.command,
        day=request.path["date"],
        currency=request.body.currency,
        until=request.deadline - _LEFT_FOR_THE_ANSWER,
    )


handler = api.handler
