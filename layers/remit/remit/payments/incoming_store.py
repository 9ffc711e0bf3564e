"""Payments that came to our accounts, in the payments table.

| pk | sk | what |
|---|---|---|
| `incoming#<id>` | `incoming` | the payment, its status and history |
| `incoming#<id by another name>` | `name` | which payment another name of the scheme's means |
| `<tenant>#listed` | `<moment>#<id>` | one that was rejected for a name: a case for a person |

The id derives from the scheme's own name for the payment, so that it leads from what a scheme says
to whose payment that is. Who pays stands in the rails' table, in the message, sealed.
"""

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, cast

from remit.kernel.ids import is_id
from remit.kernel.value import value
from remit.payments.incoming_model import (
    Incoming,
    IncomingNotFound,
    IncomingStatus,
    IncomingStep,
    incoming_id,
)
from remit.store.commit import Stale
from remit.store.item import Item, Plain, integer, text
from remit.store.table import Page, Table
from remit.store.write import Write, put_new, update

if TYPE_CHECKING:
    from mypy_boto3_dynamodb import DynamoDBClient

_OPTIONAL = ("transaction_id", "uetr", "debtor_bank", "listed")


class IncomingMoved(Stale):
    """The payment is no longer in the state that it was read in."""


@value
class IncomingStore:
    """The payments from other banks in the payments table."""

    table: Table

    @classmethod
    def of(cls, client: "DynamoDBClient", table_name: str) -> "IncomingStore":
        """The store kept in the table of that name."""
        return cls(table=Table(client=client, name=table_name))

    def find(self, rail: str, names: Sequence[str]) -> Incoming | None:
        """The payment that the scheme of `rail` knows by one of `names`."""
        ids = [incoming_id(rail, name) for name in names]
        if not ids:
            return None
        keys = [_key(each) for each in ids] + [_name_key(each) for each in ids]
        found = [item for item in self.table.get_many(keys) if item is not None]
        whole = next((item for item in found if item["sk"] == "incoming"), None)
        if whole is None and found:
            whole = self.table.get(_key(text(found[0], "incoming")))
        return _incoming_of(whole) if whole else None

    def get(self, tenant: str, identifier: str) -> Incoming:
        """The payment as last committed. Raises `IncomingNotFound`."""
        item = self.table.get(_key(identifier)) if is_id("inc", identifier) else None
        if item is None or item["tenant"] != tenant:
            raise IncomingNotFound
        return _incoming_of(item)

    def many(self, tenant: str, identifiers: Sequence[str]) -> dict[str, Incoming]:
        """Up to 100 payments by their ids, in their order; others' than the tenant's not."""
        if not identifiers:
            return {}
        items = self.table.get_many([_key(each) for each in identifiers])
        found = [_incoming_of(item) for item in items if item]
        return {one.id: one for one in found if one.tenant == tenant}

    def create(self, incoming: Incoming, names: Sequence[str]) -> list[Write]:
        """Put a payment under all its names; `Stale` when one of them came meanwhile."""
        first, *others = [incoming_id(incoming.rail, name) for name in names]
        if first != incoming.id:
            raise ValueError("the first name is the one that the id derives from")
        writes = [put_new(self.table.name, _item(incoming), exists=lambda _: Stale())]
        for other in others:
            item: Item = _name_key(other) | {"incoming": incoming.id} | _stamp(incoming)
            writes.append(put_new(self.table.name, item, exists=lambda _: Stale()))
        return writes

    def take(self, incoming: Incoming, step: IncomingStep, *, listed: str | None = None) -> Write:
        """Take it a step on from where it was read; `IncomingMoved` if it is elsewhere."""
        if not incoming.may_become(step.status):
            raise ValueError(f"no road leads from {incoming.status} to {step.status}")
        set_to: dict[str, Plain] = {"status": step.status}
        return update(
            self.table.name,
            _key(incoming.id),
            set_to=set_to | ({"listed": listed} if listed else {}),
            append={"history": [_step_item(step)]},
            only_if={"status": incoming.status},
            failed=lambda _: IncomingMoved(),
        )

    def open_case(self, incoming: Incoming, *, at: int) -> Write:
        """Put a case for a person: somebody of the payment is named like a listed entry."""
        key: Item = {"pk": _cases(incoming.tenant), "sk": f"{at:013d}#{incoming.id}"}
        stamp: Item = {"at": at, "by": "screening", "why": "named like a listed entry"}
        return put_new(self.table.name, key | stamp, exists=lambda _: IncomingMoved())

    def answered(self, incoming: Incoming, *, at: int) -> Write:
        """Put down that the scheme has our answer; `IncomingMoved` when that stands already."""
        return update(
            self.table.name,
            _key(incoming.id),
            set_to={"answered": True, "answered_at": at},
            only_if={"answered": False},
            failed=lambda _: IncomingMoved(),
        )

    def listed(self, tenant: str, *, limit: int, start: str | None) -> tuple[list[Incoming], Page]:
        """A page of the tenant's cases, newest first, and where it ends."""
        pk = _cases(tenant)
        key: Item | None = {"pk": pk, "sk": start} if start else None
        page = self.table.query(pk, newest_first=True, limit=limit, start=key)
        keys = [_key(text(item, "sk").partition("#")[2]) for item in page.items]
        found = self.table.get_many(keys) if keys else []
        return [_incoming_of(item) for item in found if item], page


def _item(incoming: Incoming) -> Item:
    optional: Item = {
        name: content for name in _OPTIONAL if (content := getattr(incoming, name)) is not None
    }
    return optional | {
        **_key(incoming.id),
        "tenant": incoming.tenant,
        "rail": incoming.rail,
        "account": incoming.account,
        "amount": incoming.amount,
        "currency": incoming.currency,
        "deadline": incoming.deadline,
        "message": incoming.message,
        "message_id": incoming.message_id,
        "end_to_end_id": incoming.end_to_end_id,
        "digest": incoming.digest,
        "answered": False,
        "status": incoming.status,
        "history": [_step_item(step) for step in incoming.history],
        **_stamp(incoming),
    }


def _stamp(incoming: Incoming) -> Item:
    return {"at": incoming.at, "by": incoming.rail, "why": "payment received"}


def _incoming_of(item: Item) -> Incoming:
    optional = {name: text(item, name) for name in _OPTIONAL if name in item}
    history = cast("list[Mapping[str, Plain]]", item["history"])
    return Incoming(
        id=text(item, "pk").partition("#")[2],
        tenant=text(item, "tenant"),
        rail=text(item, "rail"),
        account=text(item, "account"),
        amount=integer(item, "amount"),
        currency=text(item, "currency"),
        deadline=integer(item, "deadline"),
        message=text(item, "message"),
        message_id=text(item, "message_id"),
        end_to_end_id=text(item, "end_to_end_id"),
        digest=text(item, "digest"),
        history=tuple(_step_of(dict(step)) for step in history),
        answered_at=integer(item, "answered_at") if "answered_at" in item else None,
        **optional,
    )


def _step_item(step: IncomingStep) -> Item:
    item: Item = {"status": step.status, "at": step.at, "by": step.by}
    return item | ({"reason": step.reason} if step.reason else {})


def _step_of(item: Item) -> IncomingStep:
    return IncomingStep(
        status=cast(IncomingStatus, text(item, "status")),
        at=integer(item, "at"),
        by=text(item, "by"),
        reason=text(item, "reason") if "reason" in item else None,
    )


def _cases(tenant: str) -> str:
    return f"{tenant}#listed"


def _key(identifier: str) -> Item:
    return {"pk": f"incoming#{identifier}", "sk": "incoming"}


def _name_key(identifier: str) -> Item:
    return {"pk": f"incoming#{identifier}", "sk": "name"}
