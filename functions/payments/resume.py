"""The resume queue: start a machine again for a payment that has not come to rest."""

from remit.kernel.ids import is_id
from remit.payments.incoming_store import IncomingStore
from remit.payments.store import PaymentStore
from remit.payments.sweep import NotSettled, is_on_its_way, unanswered
from remit.runtime import clients, machine, outcome, settings
from remit.runtime.batch import Message, queue
from remit.runtime.observability import count


@queue("payments", "Resume")
def handler(message: Message) -> None:
    """Leave a payment that has come to rest; start any other, and look again later."""
    tenant, payment_id = message.body["tenant"], message.body["id"]
    client, table = clients.dynamodb(), settings.required("PAYMENTS_TABLE")
    asked, again = message.body["request_id"], f"resumed-{message.attempt}"
    if is_id("inc", payment_id):
        start = unanswered(IncomingStore.of(client, table), tenant, payment_id)
        if start is None:
            return
        count("IncomingResumed")
        outcome.begin(start, request_id=asked, again=again)
        raise NotSettled
    if not is_on_its_way(PaymentStore.of(client, table), tenant, payment_id):
        return
    count("PaymentResumed")
    machine.start(
        settings.required("PAYMENT_MACHINE_ARN"),
        tenant=tenant,
        payment_id=payment_id,
        request_id=asked,
        again=again,
    )
    raise NotSettled
