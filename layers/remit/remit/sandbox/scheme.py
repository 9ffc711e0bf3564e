"""What the scheme makes of a message, decided without clock, memory or network of its own.

It answers by the last two digits of an amount:

    01 rejected, AC04 · 02 rejected, AM05 · 03 never, but an enquiry finds it · 04 late
    05 accepted, then given back · 06 accepted, a recall is refused · 07 accepted, a recall is never
    answered · any other: accepted, a recall gives the money back

Whoever runs it gives what has been before and the time, keeps what it says, and sends what it
gives. So the same decisions can be made by a service that remembers and by a function that looks
things up.
"""

from collections.abc import Callable, Iterator, Mapping
from dataclasses import replace
from typing import Any

from remit.kernel.errors import Rejection
from remit.rails.capability import BY_NAME
from remit.rails.iso20022 import camt029, camt056, pacs002, pacs004, pacs008, pacs009, pacs028
from remit.rails.iso20022.document import parsed
from remit.rails.iso20022.duplicates import content_fingerprint
from remit.sandbox import answers, messages, payments
from remit.sandbox.banks import RAILS, RailName
from remit.sandbox.model import Delivery, Memory, Payment, Taken
from remit.sandbox.rules import Knobs
from remit.sandbox.turn import Turn

MAX_BYTES = 256 * 1024


class IdReused(Rejection):
    """Another message has come under the same id."""

    status = 422
    title = "The message id belongs to another message"


def take(
    content: bytes, *, rail: RailName, memory: Memory, knobs: Knobs, now: int, ours: str
) -> Taken:
    """What follows from a message of ours (`ours` is our BIC) on a rail at `now` (milliseconds).

    One that has come before is answered 409, and nothing follows. Raises `MessageTooLarge`,
    `MalformedMessage`, `UnsupportedMessage`, `InvalidMessage`, `IdReused` or `NotTaken`.
    """
    kind = parsed(content, supported=_KINDS[rail], max_bytes=MAX_BYTES).message
    read, identifier, act = _KINDS[rail][kind]
    message = read(content)
    message_id, digest = identifier(message), content_fingerprint(content)
    before = memory.digest(rail, kind, message_id)
    if before not in (None, digest):
        raise IdReused
    if before is not None:
        return Taken(
            rail=rail,
            status=409,
            code="duplicate",
            message=kind,
            message_id=message_id,
            digest=digest,
        )
    turn = Turn(rail=rail, memory=memory, knobs=knobs, now=now, ours=ours)
    act(turn, message)
    return Taken(
        rail=rail,
        status=202,
        code="taken",
        message=kind,
        message_id=message_id,
        digest=digest,
        payments=tuple(turn.payments.values()),
        deliveries=tuple(_ordered(turn.deliveries, knobs)),
        entries=tuple(turn.entries),
    )


def pay(order: messages.Order, *, cause: str, now: int) -> tuple[Payment, Delivery]:
    """Another bank's payment to one of ours, and the pacs.008 that tells us."""
    identifier = messages.identifier("P", cause, order.uetr)
    body = messages.transfer(order, identifier, at=now)
    payment = Payment(
        uetr=order.uetr,
        message=pacs008.MESSAGE,
        message_id=identifier,
        end_to_end_id=order.end_to_end_id,
        transaction_id=order.uetr.replace("-", ""),
        amount=order.amount,
        theirs=True,
        at=now,
        rail=order.rail,
    )
    sent = Delivery(id=identifier, message=pacs008.MESSAGE, at=now, body=body, rail=order.rail)
    return payment, sent


def ask_back(payment: Payment, reason: str, *, now: int) -> tuple[Payment, Delivery]:
    """Another bank asks back what it paid to us: the camt.056 that tells us.

    Raises `ValueError` on a rail that knows no recalls.
    """
    if not _recalls(payment.rail):
        raise ValueError(f"{payment.rail} knows no recalls")
    identifier = messages.identifier("C", "recall", payment.uetr, reason)
    body = messages.recall(payment, identifier, reason, at=now)
    sent = Delivery(id=identifier, message=camt056.MESSAGE, at=now, body=body, rail=payment.rail)
    return replace(payment, recall="requested"), sent


def _ordered(deliveries: list[Delivery], knobs: Knobs) -> Iterator[Delivery]:
    """What is to be sent, as often and in the order that the knobs say."""
    times = [each.at for each in deliveries]
    if knobs.backwards:
        times.reverse()
    for delivery, at in zip(deliveries, times, strict=True):
        for _ in range(knobs.times):
            yield replace(delivery, at=at)


_Row = tuple[Callable[[bytes], Any], Callable[[Any], str], Callable[[Turn, Any], None]]


def _in_header(message: Any) -> str:
    return str(message.header.message_id)


def _in_assignment(message: Any) -> str:
    return str(message.assignment.id)


def _recalls(rail: str) -> bool:
    return BY_NAME[rail].recalls is not None


_ALL: Mapping[str, _Row] = {
    pacs008.MESSAGE: (pacs008.read, _in_header, payments.transfers),
    pacs028.MESSAGE: (pacs028.read, _in_header, payments.enquiries),
    pacs009.MESSAGE: (pacs009.read, _in_header, payments.settlements),
    pacs002.MESSAGE: (pacs002.read, _in_header, answers.answers),
    pacs004.MESSAGE: (pacs004.read, _in_header, answers.returns),
}
_OF_RECALLS: Mapping[str, _Row] = {
    camt056.MESSAGE: (camt056.read, _in_assignment, payments.recalls),
    camt029.MESSAGE: (camt029.read, _in_assignment, answers.resolutions),
}
_KINDS: Mapping[str, Mapping[str, _Row]] = {
    rail: {**_ALL, **(_OF_RECALLS if _recalls(rail) else {})} for rail in RAILS
}
"""What we may send on each rail: how it is read, where its id stands, and what follows."""
