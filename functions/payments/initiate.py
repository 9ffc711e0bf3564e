"""POST /payments: accept a payment, set its machine going, and wait for its end where asked to."""

from remit.kernel import clock
from remit.ledger.store import Ledger
from remit.payments.initiate import Desk, await_end, initiate
from remit.payments.schema import PaymentRequest, PaymentView
from remit.payments.store import PaymentStore
from remit.runtime import clients, machine, settings, wait
from remit.runtime.api import Api, Request
from remit.runtime.outside import outside
from remit.store.idempotency import Answer
from remit.store.table import Table

api = Api("payments")


def _desk(request: Request[PaymentRequest]) -> Desk:
    client, arn = clients.dynamodb(), settings.required("PAYMENT_MACHINE_ARN")
    start = machine.starter(arn, request_id=request.request_id, traceparent=request.traceparent)
    return Desk(
        payments=PaymentStore.of(client, settings.required("PAYMENTS_TABLE")),
        ledger=Ledger.of(client, settings.required("LEDGER_TABLE")),
        idempotency=Table(client=client, name=settings.required("IDEMPOTENCY_TABLE")),
        start=start,
        outside=outside,
    )


@api.post(
    "/payments",
    action="payments.initiate",
    body=PaymentRequest,
    answers={202: PaymentView},
    waits=True,
)
def accept(request: Request[PaymentRequest]) -> Answer:
    """Ask for a payment. With `Prefer: wait=N` the answer shows where it came to rest."""
    desk, seconds = _desk(request), request.wait_seconds
    if not seconds:
        return initiate(desk, request.command, request.body)
    # The answer is held for as long as this invocation can live, so that no other can settle it.
    answer = initiate(desk, request.command, request.body, hold_until=request.deadline)
    pause = wait.until(request.now + seconds * clock.SECOND)
    return await_end(desk, request.command, answer, hold_until=request.deadline, pause=pause)


handler = api.handler
