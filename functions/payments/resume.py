"""The resume queue: start the machine again for a payment that has not come to rest."""

from remit.payments.store import PaymentStore
from remit.payments.sweep import NotSettled, is_on_its_way
from remit.runtime import clients, machine, settings
from remit.runtime.batch import Message, queue
from remit.runtime.observability import count


@queue("payments", "Resume")
def handler(message: Message) -> None:
    """Leave a payment that has come to rest; start any other, and look again later."""
    tenant, payment_id = message.body["tenant"], message.body["id"]
    payments = PaymentStore.of(clients.dynamodb(), settings.required("PAYMENTS_TABLE"))
    if not is_on_its_way(payments, tenant, payment_id):
        return
    count("PaymentResumed")
    machine.start(
        settings.required("PAYMENT_MACHINE_ARN"),
        tenant=tenant,
        payment_id=payment_id,
        request_id=message.body["request_id"],
        again=f"resumed-{message.attempt}",
    )
    raise NotSettled
