"""What rails have sent us, as it came, sealed; and what it says, in plain facts.

| pk | sk | what |
|---|---|---|
| `message#<key>` | `message` | a message of a rail, kept before anything follows from it |

The key is a hash of the rail, the kind of message and its sender's id for it. Sealed under the
subject that the rail is, with the tenant whose payments it tells of, or with the house. A payment
to one of our accounts is sealed under the subject that the account is: nobody else needs it.
"""

import zlib
from collections.abc import Sequence
from typing import TYPE_CHECKING, cast

from remit.kernel.canonical import fingerprint
from remit.kernel.errors import NotFound, Refusal
from remit.kernel.money import Money
from remit.kernel.value import value
from remit.rails.facts import Fact, Heard, Meaning
from remit.store.commit import Stale
from remit.store.item import Item, Plain, binary, integer, text
from remit.store.table import Table
from remit.store.write import Write, put_new

if TYPE_CHECKING:
    from mypy_boto3_dynamodb import DynamoDBClient

    from remit.vault.seal import Subject, Vault

HOUSE = "house"
"""Stands for a tenant with messages that tell of nobody's payments, or of several tenants'."""

_FIELD = "message"


class MessageNotFound(NotFound):
    """No message is kept under that key."""

    title = "No such message"


class MessageIdReused(Refusal):
    """Another message came under the same id: which of them is meant nobody can tell."""

    status = 409
    title = "The message id belongs to another message"


@value
class Told:
    """A fact, and whose payment it is about; None when it is nobody's."""

    fact: Fact
    tenant: str | None
    payment_id: str | None


@value
class Message:
    """A message as it is kept. `digest` tells whether two are the same whatever they look like."""

    key: str
    rail: str
    kind: str
    id: str
    digest: str
    tenant: str
    told: tuple[Told, ...]
    sealed: bytes
    at: int
    subject: str | None = None
    """Under whose keys it is sealed, if not under the rail's."""

    def opened(self, vault: "Vault") -> bytes:
        """The message as it came. Raises `SubjectErased`."""
        packed = vault.subject(self.tenant, self.subject or self.rail).open(_FIELD, self.sealed)
        return zlib.decompress(packed)


@value
class MessageStore:
    """The rails' table."""

    table: Table

    @classmethod
    def of(cls, client: "DynamoDBClient", table_name: str) -> "MessageStore":
        """The store kept in the table of that name."""
        return cls(table=Table(client=client, name=table_name))

    def find(self, key: str) -> Message | None:
        """The message under that key; None when there is none."""
        item = self.table.get(_key(key))
        return _message_of(key, item) if item else None

    def get(self, key: str) -> Message:
        """The message under that key. Raises `MessageNotFound`."""
        found = self.find(key)
        if found is None:
            raise MessageNotFound
        return found

    def keep(self, message: Message) -> Write:
        """Put a message; `Stale` when one came under its id meanwhile."""
        return put_new(self.table.name, _item(message), exists=lambda _: Stale())


def key_of(rail: str, heard: Heard) -> str:
    """The key under which a message is kept."""
    return fingerprint(rail.encode(), heard.kind.encode(), heard.id.encode())[:32]


def sealed(subject: "Subject", content: bytes) -> bytes:
    """A message as it came, made small and sealed."""
    return subject.seal(_FIELD, zlib.compress(content, 9))


def tenant_of(told: Sequence[Told]) -> str:
    """With whom a message is sealed: the one tenant that it tells of, or the house."""
    tenants = {one.tenant for one in told if one.tenant is not None}
    return tenants.pop() if len(tenants) == 1 else HOUSE


def _item(message: Message) -> Item:
    facts: list[Plain] = [_told_item(one) for one in message.told]
    subject: Item = {"subject": message.subject} if message.subject else {}
    return (
        _key(message.key)
        | subject
        | {
            "rail": message.rail,
            "kind": message.kind,
            "id": message.id,
            "digest": message.digest,
            "tenant": message.tenant,
            "facts": facts,
            "sealed": message.sealed,
            "at": message.at,
            "by": message.rail,
            "why": "message received",
        }
    )


def _told_item(one: Told) -> Item:
    fact = one.fact
    optional = {
        "tenant": one.tenant,
        "payment": one.payment_id,
        "uetr": fact.uetr,
        "status": fact.status,
        "reason": fact.reason,
        "id": fact.id,
    }
    item: Item = {"meaning": fact.meaning}
    item |= {name: content for name, content in optional.items() if content is not None}
    if fact.amount is not None:
        item |= {"amount": fact.amount.amount, "currency": fact.amount.currency}
    return item


def _told_of(item: Item) -> Told:
    def said(name: str) -> str | None:
        return text(item, name) if name in item else None

    amount = None
    if "amount" in item:
        amount = Money(amount=integer(item, "amount"), currency=text(item, "currency"))
    fact = Fact(
        uetr=said("uetr"),
        meaning=cast("Meaning", text(item, "meaning")),
        status=said("status"),
        reason=said("reason"),
        amount=amount,
        id=said("id"),
    )
    return Told(fact=fact, tenant=said("tenant"), payment_id=said("payment"))


def _message_of(key: str, item: Item) -> Message:
    return Message(
        key=key,
        rail=text(item, "rail"),
        kind=text(item, "kind"),
        id=text(item, "id"),
        digest=text(item, "digest"),
        tenant=text(item, "tenant"),
        told=tuple(_told_of(one) for one in cast("list[Item]", item["facts"])),
        sealed=binary(item, "sealed"),
        at=integer(item, "at"),
        subject=text(item, "subject") if "subject" in item else None,
    )


def _key(key: str) -> Item:
    return {"pk": f"message#{key}", "sk": "message"}
