"""The resume queue: start a machine again for a payment that has not come to rest."""

from remit.kernel import clock
from remit.kernel.ids import is_id
from remit.payments.incoming_store import IncomingStore
from remit.payments.store import PaymentStore
from remit.payments.sweep import NotSettled, is_on_its_way, unanswered
from remit.runtime import clients, machine, outcome, settings
from remit.runtime.batch import Message, queue
from remit.runtime.observability import count
from remit.runtime.resume import said


@queue("payments", "Resume")
def handler(message: Message) -> None:
    """Leave a payment that has come to rest; start any other, and look again later."""
    tenant, payment_id = message.body["tenant"], message.body["id"]
    client, table = clients.dynamodb(), settings.required("PAYMENTS_TABLE")
    asked, again = message.body["request_id"], f"resumed-{message.attempt}"
    if start := outcome.watched(message.body):
        start = start if said().is_due(start, clock.now()) else None
    elif is_id("inc", payment_id):
        start = unanswered(IncomingStore.of(client, table), tenant, payment_id)
    elif is_on_its_way(PaymentStore.of(client, table), tenant, payment_id):
        count("PaymentResumed")
        arn = settings.required("PAYMENT_MACHINE_ARN")
        told = {"tenant": tenant, "payment_id": payment_id, "request_id": asked}
        machine.start(arn, **told, again=again)
        raise NotSettled
    if start is None:
        return
    count("IncomingResumed" if start.status == "arrived" else "OutcomeResumed")
    outcome.begin(start, request_id=asked, again=again)
    raise NotSettled
