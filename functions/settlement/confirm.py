"""The confirmations' queue: what the settlement bank says of an order of ours."""

from remit.kernel import clock
from remit.kernel.money import Money
from remit.runtime import machine, settlement
from remit.runtime.batch import Message, queue
from remit.runtime.observability import count
from remit.settlement.confirm import Said, confirm

_COUNTED = {
    "noted": "SettlementAnswered",
    "repeated": "SettlementRepeated",
    "contradicted": "SettlementContradicted",
    "outdated": "SettlementContradicted",
    "undecided": "SettlementUndecided",
    "stranger": "SettlementUndecided",
}


@queue("settlement", "Confirm")
def handler(message: Message) -> None:
    """Note the answer, and tell the machine that waits for the last one."""
    body = message.body
    amount, _, currency = body["amount"].partition(" ")
    said = Said(
        meaning=body["meaning"],
        status=body["status"],
        reason=body["reason"],
        amount=Money(amount=int(amount), currency=currency) if amount else None,
    )
    confirmed = confirm(
        settlement.store(), machine.resumer(), uetr=body["uetr"], said=said, now=clock.now()
    )
    count(_COUNTED[confirmed.outcome])
