"""The recall queue: send what was asked back, or our answer to another bank, until it is taken."""

from remit.kernel import clock
from remit.kernel.ids import is_id
from remit.payments.incoming_recalls import AskedBackStore
from remit.payments.recalls import RecallStore
from remit.payments.send_recall import send_recall
from remit.payments.send_recall_answer import send_recall_answer
from remit.runtime import clients, rails, settings
from remit.runtime.batch import Message, queue
from remit.runtime.observability import count
from remit.runtime.rail_answers import answer_desk


@queue("payments", "Send recall")
def handler(message: Message) -> None:
    """Send one recall, or one answer; it comes back while the rail has not taken it."""
    client, table = clients.dynamodb(), settings.required("PAYMENTS_TABLE")
    tenant, identifier, now = message.body["tenant"], message.body["id"], clock.now()
    if is_id("rcl", identifier):
        recalls = AskedBackStore.of(client, table)
        send_recall_answer(answer_desk(), recalls, tenant=tenant, recall_id=identifier, now=now)
        count("RecallAnswerSent")
        return
    recalls_of_ours = RecallStore.of(client, table)
    send_recall(rails.desk(), recalls_of_ours, tenant=tenant, payment_id=identifier, now=now)
    count("RecallSent")
