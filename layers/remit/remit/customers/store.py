"""Customers in DynamoDB. What is personal is sealed; all else is ids, codes, hashes and times.

| pk | sk | what |
|---|---|---|
| `<tenant>#<customer id>` | `customer` | status, history, accounts; changed under its revision |
| `<tenant>#<customer id>` | `application` | what was asked, sealed under the subject's key |
| `<tenant>#<customer id>` | `section#<name>#<number>` | a part of the evidence, sealed to be kept |
| `<tenant>#<customer id>` | `task` | the task token that a decision resumes, sealed to be kept |
| `<tenant>#<customer id>` | `erasure` | a wish to be erased |
| `<tenant>#customers` | `<customer id>` | the tenant's directory |
| `customers#<shard>` | `<tenant>#<customer id>` | everybody, for monitoring |
| `<tenant>#<customer id>` | `opened#<time>#<request>` | that somebody has seen the evidence |
| `run#<version>` | `<source>#…` | how far a changed list has come; see `rescreen` |
"""

import hashlib
from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import TYPE_CHECKING, Any, cast

from remit.customers.model import Customer, CustomerNotFound, Decided, Kind, Opened, Status, Step
from remit.kernel.ids import is_id
from remit.kernel.value import value
from remit.store.commit import Stale
from remit.store.idempotency import KeyReused
from remit.store.item import Item, Plain, integer, text
from remit.store.table import Page, Table
from remit.store.write import Write, put, put_new, update

if TYPE_CHECKING:
    from mypy_boto3_dynamodb import DynamoDBClient

SHARDS = 16
_MOST_RECORDS = 400


@value
class Section:
    """A part of the evidence: `facts` are plain codes, `sealed` is its whole content."""

    name: str
    number: int
    at: int
    by: str
    facts: Mapping[str, Any]
    sealed: bytes


@value
class Dossier:
    """All that is on record of one customer. `application` is None once it has been erased."""

    customer: Customer
    application: bytes | None
    sections: tuple[Section, ...]
    task: Item | None
    erasure: Item | None

    def newest(self, name: str) -> Section | None:
        """The last section of that name."""
        return next((one for one in reversed(self.sections) if one.name == name), None)


@value
class CustomerStore:
    """The customers' table."""

    table: Table

    @classmethod
    def of(cls, client: "DynamoDBClient", table_name: str) -> "CustomerStore":
        """The store kept in the table of that name."""
        return cls(table=Table(client=client, name=table_name))

    def get(self, tenant: str, customer_id: str) -> Customer:
        """The customer as last committed. Raises `CustomerNotFound`."""
        item = (
            self.table.get(record_key(tenant, customer_id, "customer"))
            if _is(customer_id)
            else None
        )
        if item is None:
            raise CustomerNotFound
        return customer_of(item)

    def dossier(self, tenant: str, customer_id: str) -> Dossier:
        """Everything on record of the customer. Raises `CustomerNotFound`."""
        if not _is(customer_id):
            raise CustomerNotFound
        found: dict[str, Item] = {}
        page = self.table.query(_pk(tenant, customer_id), limit=_MOST_RECORDS)
        while True:
            found |= {text(item, "sk"): item for item in page.items}
            if page.next_key is None:
                break
            page = self.table.query(
                _pk(tenant, customer_id), limit=_MOST_RECORDS, start=page.next_key
            )
        if "customer" not in found:
            raise CustomerNotFound
        sections = [_section_of(item) for sk, item in found.items() if sk.startswith("section#")]
        application = found.get("application")
        return Dossier(
            customer=customer_of(found["customer"]),
            application=cast(bytes, application["sealed"]) if application else None,
            sections=tuple(sorted(sections, key=lambda one: one.number)),
            task=found.get("task"),
            erasure=found.get("erasure"),
        )

    def create(self, customer: Customer, application: bytes) -> list[Write]:
        """Put a new customer, its application, and its lines in the two directories."""
        stamp: Item = {"at": customer.created_at, "by": customer.created_by, "why": "applied"}
        sealed: Item = {"sealed": application}
        listed: Item = {"pk": f"{customer.tenant}#customers", "sk": customer.id}
        everybody: Item = {
            "pk": shard_key(shard_of(customer.id)),
            "sk": f"{customer.tenant}#{customer.id}",
        }
        application_key = record_key(customer.tenant, customer.id, "application")
        items = [_item(customer), application_key | sealed, listed, everybody]
        return [put_new(self.table.name, item | stamp, exists=_applied_before) for item in items]

    def change(self, before: Customer, after: Customer, *, by: str, at: int, why: str) -> Write:
        """Replace what was read by `after`; `Stale` when somebody else changed it meanwhile."""
        content = _changing(replace(after, revision=before.revision + 1))
        return update(
            self.table.name,
            record_key(before.tenant, before.id, "customer"),
            set_to=content | {"changed_at": at, "changed_by": by, "why": why},
            only_if={"revision": before.revision},
            failed=lambda _: Stale(),
        )

    def section(self, customer: Customer, section: Section) -> Write:
        """Put a section, which is never changed; `Stale` when its number is taken."""
        name = f"section#{section.name}#{section.number:06d}"
        key = record_key(customer.tenant, customer.id, name)
        content: Item = {
            "sealed": section.sealed,
            "facts": dict(section.facts),
            "at": section.at,
            "by": section.by,
            "why": section.name,
        }
        return put_new(self.table.name, key | content, exists=lambda _: Stale())

    def directory(self, tenant: str, *, limit: int, start: str | None) -> Page:
        """The tenant's customers: `sk` is an id."""
        return self.table.query(f"{tenant}#customers", above=start, limit=limit)

    def everybody(self, shard: int, *, after: str | None, limit: int) -> Page:
        """Customers of all tenants in one of `SHARDS`: `sk` is tenant and id."""
        return self.table.query(shard_key(shard), above=after, limit=limit)

    def slices(self, version: str, *, after: str | None, limit: int) -> Page:
        """What is on record of a run of monitoring."""
        return self.table.query(text(slice_key(version, ""), "pk"), above=after, limit=limit)

    def seen(self, customer: Customer, *, by: str, at: int, request_id: str) -> Write:
        """Put down that somebody looks at the evidence."""
        key = record_key(customer.tenant, customer.id, f"opened#{at:015d}#{request_id}")
        return put(self.table.name, key | {"at": at, "by": by, "why": "evidence opened"})

    def many(self, tenant: str, customer_ids: Sequence[str]) -> list[Customer]:
        """Up to 100 customers by their ids, in their order; absent ones are left out."""
        if not customer_ids:
            return []
        keys = [record_key(tenant, customer_id, "customer") for customer_id in customer_ids]
        return [customer_of(item) for item in self.table.get_many(keys) if item is not None]


def _applied_before(_: Item | None) -> Exception:
    # The customer's id derives from the command: its key was used before and has been forgotten.
    return KeyReused()


def customer_of(item: Item) -> Customer:
    """The customer that `item` holds."""
    tenant, _, customer_id = text(item, "pk").rpartition("#")
    decided = cast(Item, item["decided"])
    return Customer(
        id=customer_id,
        tenant=tenant,
        kind=cast(Kind, text(item, "kind")),
        currencies=tuple(cast(list[str], item["currencies"])),
        created_at=integer(item, "at"),
        created_by=text(item, "by"),
        history=tuple(_step_of(cast(Item, step)) for step in cast(list[Plain], item["history"])),
        revision=integer(item, "revision"),
        accounts=tuple(
            Opened(**cast(dict[str, Any], one)) for one in cast(list[Plain], item["accounts"])
        ),
        decided=Decided(**cast(dict[str, Any], decided)) if decided else None,
        erasing_at=integer(item, "erasing_at") if "erasing_at" in item else None,
        erased_at=integer(item, "erased_at") if "erased_at" in item else None,
        evidence=text(item, "evidence"),
        evidence_count=integer(item, "evidence_count"),
    )


def shard_of(customer_id: str) -> int:
    """Where in the directory of everybody a customer is."""
    return hashlib.sha256(customer_id.encode()).digest()[0] % SHARDS


def shard_key(shard: int) -> str:
    """The partition of one shard of the directory of everybody."""
    return f"customers#{shard:02d}"


def slice_key(version: str, place: str) -> Item:
    """The key of a slice of a run of monitoring."""
    return {"pk": f"run#{version}", "sk": place}


def _is(customer_id: str) -> bool:
    return is_id("cus", customer_id)


def _pk(tenant: str, customer_id: str) -> str:
    return f"{tenant}#{customer_id}"


def record_key(tenant: str, customer_id: str, kind: str) -> Item:
    """The key of a customer's record of that kind."""
    return {"pk": _pk(tenant, customer_id), "sk": kind}


def _item(customer: Customer) -> Item:
    return {
        **record_key(customer.tenant, customer.id, "customer"),
        "kind": customer.kind,
        "currencies": list(customer.currencies),
        **_changing(customer),
    }


def _changing(customer: Customer) -> Item:
    """What of a customer may change."""
    decided = customer.decided
    content: Item = {
        "status": customer.status,
        "history": [_step_item(step) for step in customer.history],
        "revision": customer.revision,
        "accounts": [_opened_item(one) for one in customer.accounts],
        "decided": (
            {"decision": decided.decision, "by": decided.by, "at": decided.at} if decided else {}
        ),
        "evidence": customer.evidence,
        "evidence_count": customer.evidence_count,
    }
    times = {"erasing_at": customer.erasing_at, "erased_at": customer.erased_at}
    return content | {name: at for name, at in times.items() if at is not None}


def _opened_item(one: Opened) -> Item:
    item: Item = {"id": one.id, "currency": one.currency}
    return item | ({"bank": one.bank, "draw": one.draw} if one.bank else {})


def _step_item(step: Step) -> Item:
    item: Item = {"status": step.status, "at": step.at, "by": step.by}
    return item | ({"reason": step.reason} if step.reason else {})


def _step_of(item: Item) -> Step:
    return Step(
        status=cast(Status, text(item, "status")),
        at=integer(item, "at"),
        by=text(item, "by"),
        reason=text(item, "reason") if "reason" in item else None,
    )


def _section_of(item: Item) -> Section:
    _, name, number = text(item, "sk").split("#")
    return Section(
        name=name,
        number=int(number),
        at=integer(item, "at"),
        by=text(item, "by"),
        facts=cast(dict[str, Any], item["facts"]),
        sealed=cast(bytes, item["sealed"]),
    )
