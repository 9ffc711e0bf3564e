"""Payments that came to our accounts, in the payments table.

| pk | sk | what |
|---|---|---|
| `incoming#<id>` | `incoming` | the payment, its status and history |
| `incoming#<id by any of its names>` | `name` | which payment a name of the scheme's means |
| `<tenant>#listed` | `<moment>#<id>` | one that was rejected for a name: a case for a person |

The id derives from the scheme's own name for the payment, so that it leads from what a scheme says
to whose payment that is. Who pays stands in the rails' table, in the message, sealed.

A payment takes each of its names when it comes. If the scheme says no to a name that means none
yet, that takes the name, with the reason (`disowned`). So of a payment and a no one is first, and
the other sees it.
"""

from collections.abc import Collection, Mapping, Sequence
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

_OPTIONAL = ("transaction_id", "uetr", "debtor_bank", "listed", "disowned")
_NONE_YET = ""
"""What a name means that the scheme has said no to, until its payment comes."""


class IncomingMoved(Stale):
    """The payment is no longer in the state that it was read in."""


@value
class Named:
    """What a scheme's names for a payment stand for.

    `incoming` is the payment once it has come. `disowned` has the ids by those names that the
    scheme has said no to before, each with the reason.
    """

    incoming: Incoming | None
    disowned: Mapping[str, str]

    @property
    def reason(self) -> str | None:
        """Why the scheme would not have the payment, said before it came; None if it was not."""
        return next(iter(self.disowned.values()), None)


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
        return self.look(rail, names).incoming

    def look(self, rail: str, names: Sequence[str]) -> Named:
        """What stands under the names that the scheme of `rail` has for one payment."""
        ids = _ids(rail, names)
        if not ids:
            return Named(incoming=None, disowned={})
        keys = [_key(each) for each in ids] + [_name_key(each) for each in ids]
        found = [item for item in self.table.get_many(keys) if item is not None]
        whole = next((item for item in found if item["sk"] == "incoming"), None)
        meant = [item for item in found if item["sk"] == "name"]
        taken = [text(item, "incoming") for item in meant if item["incoming"] != _NONE_YET]
        if whole is None and taken:
            whole = self.table.get(_key(taken[0]))
        disowned = {
            _id_of(item): text(item, "disowned") for item in meant if item["incoming"] == _NONE_YET
        }
        return Named(incoming=_incoming_of(whole) if whole else None, disowned=disowned)

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

    def create(
        self, incoming: Incoming, names: Sequence[str], disowned: Collection[str] = ()
    ) -> list[Write]:
        """Put a payment, and have all its names mean it; `Stale` when one means another by now.

        `disowned` has the ids by those names that the scheme has said no to before.
        """
        ids = _ids(incoming.rail, names)
        if ids[0] != incoming.id:
            raise ValueError("the first name is the one that the id derives from")
        writes = [put_new(self.table.name, _item(incoming), exists=lambda _: Stale())]
        return writes + [self._name(each, incoming, said_no=each in disowned) for each in ids]

    def _name(self, identifier: str, incoming: Incoming, *, said_no: bool) -> Write:
        if not said_no:
            item: Item = _name_key(identifier) | {"incoming": incoming.id} | _stamp(incoming)
            return put_new(self.table.name, item, exists=lambda _: Stale())
        return update(
            self.table.name,
            _name_key(identifier),
            set_to={"incoming": incoming.id},
            only_if={"incoming": _NONE_YET},
            failed=lambda _: Stale(),
        )

    def say_no(
        self, rail: str, names: Sequence[str], disowned: Collection[str], *, reason: str, at: int
    ) -> list[Write]:
        """Put down that the scheme says no to what it knows by `names`, none of which has come.

        `disowned` has the ids by which that stands already. `Stale` when a name is taken meanwhile.
        """
        item: Item = {"incoming": _NONE_YET, "disowned": reason}
        stamp: Item = {"at": at, "by": rail, "why": "rejected before it came"}
        return [
            put_new(self.table.name, _name_key(each) | item | stamp, exists=lambda _: Stale())
            for each in _ids(rail, names)
            if each not in disowned
        ]

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
        id=_id_of(item),
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


def _ids(rail: str, names: Sequence[str]) -> list[str]:
    return list(dict.fromkeys(incoming_id(rail, name) for name in names))


def _id_of(item: Item) -> str:
    return text(item, "pk").partition("#")[2]


def _cases(tenant: str) -> str:
    return f"{tenant}#listed"


def _key(identifier: str) -> Item:
    return {"pk": f"incoming#{identifier}", "sk": "incoming"}


def _name_key(identifier: str) -> Item:
    return {"pk": f"incoming#{identifier}", "sk": "name"}
