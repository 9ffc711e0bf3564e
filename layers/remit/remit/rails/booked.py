"""What a settlement bank notifies us of (camt.054), read into plain facts. Pure."""

from collections.abc import Iterator

from remit.rails.facts import Fact, Heard
from remit.rails.iso20022 import camt054
from remit.rails.iso20022.statement import Entry
from remit.rails.outgoing import uetr_of

MAX_BYTES = 256 * 1024
_BOOKED = "BOOK"


def hear(_: str, content: bytes) -> Heard:
    """The entries that are booked, each with the payment that it names; others say nothing.

    Raises as the reader of the message does.
    """
    message = camt054.read(content, max_bytes=MAX_BYTES)
    facts = tuple(
        fact
        for notification in message.statements
        for entry in notification.entries
        if entry.status.code == _BOOKED and not entry.reversal
        for fact in _facts(entry)
    )
    return Heard(kind=camt054.MESSAGE, id=message.header.message_id, facts=facts)


def _facts(entry: Entry) -> Iterator[Fact]:
    named = [each for group in entry.details for each in group.payments if each.references]
    for each in named:
        references = each.references
        if references is None:
            continue
        uetr = references.uetr or uetr_of(references.transaction_id)
        uetr = uetr or uetr_of(references.message_id)
        if uetr is not None:
            amount = each.amount or entry.amount
            yield Fact(uetr=uetr, meaning="booked", status=_BOOKED, amount=amount)
