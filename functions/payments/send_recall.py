"""The recall queue: send what was asked back to its rail, until the rail has it."""

from remit.kernel import clock
from remit.payments.recalls import RecallStore
from remit.payments.send_recall import send_recall
from remit.runtime import clients, rails, settings
from remit.runtime.batch import Message, queue
from remit.runtime.observability import count


@queue("payments", "Send recall")
def handler(message: Message) -> None:
    """Send one recall; it comes back while the rail has not taken it."""
    send_recall(
        rails.desk(),
        RecallStore.of(clients.dynamodb(), settings.required("PAYMENTS_TABLE")),
        tenant=message.body["tenant"],
        payment_id=message.body["id"],
        now=clock.now(),
    )
    count("RecallSent")
