"""Take in what a rail sends: whose it is, that it has not come before, kept, then acted on.

Whatever follows from a message is done by the machine `rail_outcome`, once the message is kept. A
rail sends a message until it hears that we have it, so a start that is lost is not confirmed. A
machine that fails later is seen to by the enquiry or the stream; where neither would look, by what
was put on the resume queue before anything was confirmed.
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from typing import TYPE_CHECKING

from remit.kernel.errors import NotFound, Unavailable
from remit.kernel.signature import Headers, verify
from remit.kernel.value import value
from remit.payments.messages import (
    Message,
    MessageIdReused,
    MessageStore,
    key_of,
    sealed,
    tenant_of,
)
from remit.payments.start import UNASKED, Start
from remit.payments.take_in import Beside, Books, beside, outcome_of
from remit.rails.facts import Heard
from remit.rails.heard import hear
from remit.rails.iso20022.duplicates import content_fingerprint
from remit.store import commit as unit_of_work
from remit.store.commit import Stale, commit, pause
from remit.store.write import Write
from remit.vault.model import SubjectErased, SubjectUnknown

if TYPE_CHECKING:
    from remit.vault.seal import Subject, Vault

_MOST_MARKS = 40


class RailUnknown(NotFound):
    """No rail of that name is connected."""

    title = "No such rail"


@value
class InDesk:
    """Where messages come in. `keys` has those that each connected rail signs with.

    `start` sets the machine going, and tells whether that is certain. `watch` has those looked at
    again later whose machine may fail without anybody asking the rail. `settle` hands on what is
    about settlement, and tells how many facts that are.
    """

    messages: MessageStore
    books: Books
    vault: "Vault"
    keys: Mapping[str, Sequence[bytes]]
    start: Callable[[Start], bool]
    watch: Callable[[list[Start]], None] = lambda _: None
    settle: Callable[[Message], int] = lambda _: 0


@value
class Received:
    """A message that is kept: whether it had come before, and how much of it nobody expected.

    `strangers` are facts about payments that are none of ours, `unclear` those for a person;
    `asked` tells that another bank's recall has become a case.
    """

    key: str
    repeated: bool
    strangers: int
    unclear: int
    asked: bool = False


def receive(desk: InDesk, *, rail: str, headers: Headers, body: bytes, now: int) -> Received:
    """Take in a message of `rail`, once: the same again does nothing anew.

    Raises `RailUnknown`, `SignatureInvalid`, what `hear` raises for what cannot be read,
    `MessageIdReused`, `TransferReused`, or a `Fault` after which the same may be sent again.
    """
    if rail not in desk.keys:
        raise RailUnknown
    verify(desk.keys[rail], headers, body, now=now)
    heard = hear(rail, body)
    message, repeated, asked = _kept(desk, rail, heard, body, now)
    desk.watch([start for start in starts(message) if start.status in UNASKED])
    for start in starts(message):
        if not desk.start(start):
            raise Unavailable("the message is kept, but nothing has followed from it yet")
    settled = desk.settle(message)
    recalls = sum(one.fact.meaning == "recalled" for one in message.told)
    unclear = sum(one.fact.meaning == "not_understood" for one in message.told)
    return Received(
        key=message.key,
        repeated=repeated,
        strangers=sum(one.payment_id is None for one in message.told) - settled,
        unclear=unclear + (recalls if not asked and not repeated else 0),
        asked=asked,
    )


def starts(message: Message) -> list[Start]:
    """What follows from a message, one for each fact that something follows from."""
    return [
        Start(
            tenant=one.tenant,
            payment_id=one.payment_id,
            message=message.key,
            fact=number,
            status=status,
        )
        for number, one in enumerate(message.told)
        if (status := outcome_of(one)) and one.tenant is not None and one.payment_id is not None
    ]


def _kept(
    desk: InDesk, rail: str, heard: Heard, body: bytes, now: int
) -> tuple[Message, bool, bool]:
    """The message as it is kept, whether it had come before, and whether it opened a case."""
    key, digest = key_of(rail, heard), content_fingerprint(body)
    for attempt in range(unit_of_work.ATTEMPTS):
        known = desk.messages.find(key)
        if known is not None:
            if known.digest != digest:
                raise MessageIdReused
            return known, True, False
        found = beside(desk.books, rail, heard, key=key, now=now)
        tenant = tenant_of(found.told)
        name, subject, writes = _subject(desk.vault, tenant, rail, found, now)
        message = Message(
            key=key,
            rail=rail,
            kind=heard.kind,
            id=heard.id,
            digest=digest,
            tenant=tenant,
            told=found.told,
            sealed=sealed(subject, body),
            at=now,
            subject=name,
        )
        try:
            _keep(desk, message, found, writes)
        except Stale:
            pause(attempt)
        else:
            return message, False, found.asked
    raise Unavailable("the message could not be kept")


def _keep(desk: InDesk, message: Message, found: Beside, writes: Sequence[Write]) -> None:
    """Keep the message with what is kept beside it. So much of it as no commit holds goes before.

    That is what a scheme says no to: it stands by itself, and the message is sent until it is kept.
    """
    client, most = desk.messages.table.client, _MOST_MARKS
    while len(found.marks) > most:
        commit(client, found.marks[:most])
        found = replace(found, marks=found.marks[most:])
    commit(client, [desk.messages.keep(message), *found.writes, *writes, *found.marks])


def _subject(
    vault: "Vault", tenant: str, rail: str, found: Beside, now: int
) -> tuple[str | None, "Subject", list[Write]]:
    """Under whose keys the message is sealed: the account's that is paid, or else the rail's."""
    if found.account is not None:
        try:
            return found.account, *_keys(vault, tenant, found.account, rail, now)
        except SubjectErased:
            pass  # whoever it was is gone, and so is the account: it will be rejected
    return None, *_keys(vault, tenant, rail, rail, now)


def _keys(
    vault: "Vault", tenant: str, name: str, rail: str, now: int
) -> tuple["Subject", list[Write]]:
    try:
        return vault.subject(tenant, name), []
    except SubjectUnknown:
        return vault.new_subject(tenant, name, at=now, by=rail)
