"""Take in what a rail sends: whose it is, that it has not come before, kept, then acted on.

Whatever follows from a message is done by the machine `rail_outcome`, once the message is kept. A
rail sends a message until it hears that we have it, so a start that is lost is not confirmed.
"""

from collections.abc import Callable, Mapping, Sequence
from typing import TYPE_CHECKING

from remit.kernel.errors import NotFound, Unavailable
from remit.kernel.signature import Headers, verify
from remit.kernel.value import value
from remit.payments.messages import (
    Message,
    MessageIdReused,
    MessageStore,
    Told,
    key_of,
    sealed,
    tenant_of,
)
from remit.payments.orders import OrderStore
from remit.rails.facts import Fact, Heard, Meaning
from remit.rails.heard import hear
from remit.rails.iso20022.duplicates import content_fingerprint
from remit.store import commit as unit_of_work
from remit.store.commit import Stale, commit, pause
from remit.store.write import Write
from remit.vault.model import SubjectUnknown

if TYPE_CHECKING:
    from remit.vault.seal import Subject, Vault

OUTCOMES: Mapping[Meaning, str] = {
    "accepted": "accepted",
    "rejected": "rejected",
    "returned": "returned",
    "recall_refused": "recall_refused",
}
"""What is said that something follows from, as the machine is told it."""

FOR_A_PERSON: frozenset[Meaning] = frozenset({"not_understood", "recalled"})


class RailUnknown(NotFound):
    """No rail of that name is connected."""

    title = "No such rail"


@value
class Start:
    """What the machine is told: which fact of which message is about which payment."""

    tenant: str
    payment_id: str
    message: str
    fact: int
    status: str


@value
class InDesk:
    """Where messages come in. `keys` has those that each connected rail signs with.

    `start` sets the machine going, and tells whether that is certain. `settle` hands on what is
    about settlement, and tells how many facts that are.
    """

    messages: MessageStore
    orders: OrderStore
    vault: "Vault"
    keys: Mapping[str, Sequence[bytes]]
    start: Callable[[Start], bool]
    settle: Callable[[Message], int] = lambda _: 0


@value
class Received:
    """A message that is kept: whether it had come before, and how much of it nobody expected.

    `strangers` are facts about payments that are none of ours, `unclear` those for a person.
    """

    key: str
    repeated: bool
    strangers: int
    unclear: int


def receive(desk: InDesk, *, rail: str, headers: Headers, body: bytes, now: int) -> Received:
    """Take in a message of `rail`, once: the same again does nothing anew.

    Raises `RailUnknown`, `SignatureInvalid`, what `hear` raises for what cannot be read,
    `MessageIdReused`, or a `Fault` after which the same may be sent again.
    """
    if rail not in desk.keys:
        raise RailUnknown
    verify(desk.keys[rail], headers, body, now=now)
    heard = hear(rail, body)
    message, repeated = _kept(desk, rail, heard, body, now)
    for start in starts(message):
        if not desk.start(start):
            raise Unavailable("the message is kept, but nothing has followed from it yet")
    settled = desk.settle(message)
    return Received(
        key=message.key,
        repeated=repeated,
        strangers=sum(one.payment_id is None for one in message.told) - settled,
        unclear=sum(one.fact.meaning in FOR_A_PERSON for one in message.told),
    )


def starts(message: Message) -> list[Start]:
    """What follows from a message, one for each fact that something follows from."""
    return [
        Start(
            tenant=one.tenant,
            payment_id=one.payment_id,
            message=message.key,
            fact=number,
            status=OUTCOMES[one.fact.meaning],
        )
        for number, one in enumerate(message.told)
        if one.tenant is not None and one.payment_id is not None and one.fact.meaning in OUTCOMES
    ]


def _kept(desk: InDesk, rail: str, heard: Heard, body: bytes, now: int) -> tuple[Message, bool]:
    """The message as it is kept, and whether it had come before."""
    key, digest = key_of(rail, heard), content_fingerprint(body)
    for attempt in range(unit_of_work.ATTEMPTS):
        known = desk.messages.find(key)
        if known is not None:
            if known.digest != digest:
                raise MessageIdReused
            return known, True
        told = tuple(_told(desk.orders, rail, fact) for fact in heard.facts)
        tenant = tenant_of(told)
        subject, writes = _subject(desk.vault, tenant, rail, now)
        message = Message(
            key=key,
            rail=rail,
            kind=heard.kind,
            id=heard.id,
            digest=digest,
            tenant=tenant,
            told=told,
            sealed=sealed(subject, body),
            at=now,
        )
        try:
            commit(desk.messages.table.client, [desk.messages.keep(message), *writes])
        except Stale:
            pause(attempt)
        else:
            return message, False
    raise Unavailable("the message could not be kept")


def _told(orders: OrderStore, rail: str, fact: Fact) -> Told:
    order = orders.find(fact.uetr) if fact.uetr else None
    # Another rail's word on a payment is nobody's word.
    if order is None or order.rail != rail:
        return Told(fact=fact, tenant=None, payment_id=None)
    return Told(fact=fact, tenant=order.tenant, payment_id=order.payment_id)


def _subject(vault: "Vault", tenant: str, rail: str, now: int) -> tuple["Subject", list[Write]]:
    try:
        return vault.subject(tenant, rail), []
    except SubjectUnknown:
        return vault.new_subject(tenant, rail, at=now, by=rail)
