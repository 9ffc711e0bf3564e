"""What the sandbox's scheme remembers, where no process of its own stays.

| pk | sk | what |
|---|---|---|
| `message#<rail>#<kind>#<id>` | `message` | the fingerprint of a message that has come |
| `payment#<uetr>` | `payment` | the payment as the scheme has it, and how often it has changed |
"""

import json
from dataclasses import asdict, dataclass, field
from typing import TYPE_CHECKING, Any

from remit.kernel.canonical import canonical_json
from remit.kernel.money import Money
from remit.kernel.value import value
from remit.sandbox.model import Payment, Taken
from remit.store.commit import Stale
from remit.store.item import Item, integer, text
from remit.store.table import Table
from remit.store.write import Write, put_new, update

if TYPE_CHECKING:
    from mypy_boto3_dynamodb import DynamoDBClient


@value
class SchemeStore:
    """The sandbox's table."""

    table: Table

    @classmethod
    def of(cls, client: "DynamoDBClient", table_name: str) -> "SchemeStore":
        """The store kept in the table of that name."""
        return cls(table=Table(client=client, name=table_name))

    def reading(self) -> "Reading":
        """What has been before, as one decision reads it."""
        return Reading(self.table)

    def keep(self, taken: Taken, read: "Reading") -> list[Write]:
        """The writes of a message that was taken; `Stale` when another came in between."""
        told: Item = _message(taken.rail, taken.message, taken.message_id) | {
            "digest": taken.digest
        }
        name = self.table.name
        writes = [put_new(name, told, exists=lambda _: Stale())]
        for payment in taken.payments:
            key, content = _payment(payment.uetr), _json(payment)
            turn = read.turns.get(payment.uetr, 0)
            if turn:
                changed: Item = {"turn": turn + 1, "content": content}
                writes.append(
                    update(
                        name,
                        key,
                        set_to=changed,
                        only_if={"turn": turn},
                        failed=lambda _: Stale(),
                    )
                )
            else:
                item = key | {"turn": 1, "content": content}
                writes.append(put_new(name, item, exists=lambda _: Stale()))
        return writes


@dataclass
class Reading:
    """The `Memory` of one decision. `turns` are the states in which it has seen payments."""

    table: Table
    turns: dict[str, int] = field(default_factory=dict)

    def digest(self, rail: str, message: str, message_id: str) -> str | None:
        """See `Memory`."""
        item = self.table.get(_message(rail, message, message_id))
        return text(item, "digest") if item else None

    def payment(self, uetr: str) -> Payment | None:
        """See `Memory`."""
        item = self.table.get(_payment(uetr))
        if item is None:
            return None
        self.turns[uetr] = integer(item, "turn")
        content: dict[str, Any] = json.loads(text(item, "content"))
        return Payment(**content | {"amount": Money(**content["amount"])})


def _json(payment: Payment) -> str:
    return canonical_json(asdict(payment))


def _message(rail: str, message: str, message_id: str) -> Item:
    return {"pk": f"message#{rail}#{message}#{message_id}", "sk": "message"}


def _payment(uetr: str) -> Item:
    return {"pk": f"payment#{uetr}", "sk": "payment"}
