"""What rails say of our settlement orders goes to the queue of those who settle."""

from remit.payments.messages import Message, Told
from remit.runtime import clients, queues, settings
from remit.settlement.store import SettlementStore


def hand_on(message: Message) -> int:
    """Queue each fact of a message that is about an order of ours; how many those are.

    The queue has them before the message is confirmed. Raises `Unavailable`.
    """
    strange = [one for one in message.told if one.payment_id is None and one.fact.uetr]
    if not strange:
        return 0
    store = SettlementStore.of(clients.dynamodb(), settings.required("SETTLEMENT_TABLE"))
    ours = [one for one in strange if store.led_to(one.fact.uetr or "") is not None]
    queues.send(settings.required("CONFIRMATIONS_QUEUE_URL"), [_body(message, one) for one in ours])
    return len(ours)


def _body(message: Message, one: Told) -> dict[str, str]:
    fact, amount = one.fact, one.fact.amount
    return {
        "id": message.key,
        "request_id": f"message-{message.key}",
        "uetr": fact.uetr or "",
        "meaning": fact.meaning,
        "status": fact.status or "",
        "reason": fact.reason or "",
        "amount": f"{amount.amount} {amount.currency}" if amount else "",
    }
