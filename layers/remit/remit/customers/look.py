"""Looking at customers: one, many, and the evidence on one. Changes nothing."""

from typing import Any, cast

from remit.customers.capsule import capsule
from remit.customers.change import field
from remit.customers.model import CustomerNotFound
from remit.customers.schema import CustomersQuery
from remit.customers.store import CustomerStore, Section
from remit.customers.verify import opened
from remit.customers.views import customer_view
from remit.kernel.clock import rfc3339
from remit.kernel.errors import RemitError
from remit.kernel.ids import is_id
from remit.kernel.page import InvalidCursor, cursor, position
from remit.kernel.value import value
from remit.store.commit import commit
from remit.store.item import text
from remit.vault.model import SubjectErased
from remit.vault.seal import Vault

Document = dict[str, Any]


@value
class Onlooker:
    """Who looks at evidence, when (milliseconds), and with which request."""

    tenant: str
    id: str
    at: int
    request_id: str


class EvidenceBroken(RemitError):
    """What is on record is not what the customer's hash stands for."""

    title = "The evidence is not what was put on record"


def one(customers: CustomerStore, tenant: str, customer_id: str) -> dict[str, object]:
    """The customer (`schema.CustomerView`). Raises `CustomerNotFound`."""
    dossier = customers.dossier(tenant, customer_id)
    return customer_view(dossier.customer, dossier.sections, numbered=True)


def many(customers: CustomerStore, tenant: str, asked: CustomersQuery) -> dict[str, object]:
    """A page of the tenant's customers (`schema.CustomersView`), without their checks.

    The filter by status applies to each page, so a page may be short, or empty, before the end.
    Raises `InvalidCursor`.
    """
    scope = f"customers {asked.status}"
    page = customers.directory(tenant, limit=asked.limit, start=_after(scope, asked.cursor))
    ids = [text(item, "sk") for item in page.items]
    found = customers.many(tenant, ids)
    last = ids[-1] if ids and page.next_key else None
    return {
        "items": [
            customer_view(each, (), numbered=True)
            for each in found
            if asked.status in (None, each.status)
        ],
        "next_cursor": cursor(scope, {"after": last} if last else None),
    }


def name_of(customers: CustomerStore, vault: Vault, tenant: str, customer_id: str) -> str:
    """The customer's name as it was given. Raises `CustomerNotFound`, or `SubjectErased`."""
    return str(opened(vault, customers.dossier(tenant, customer_id))["name"])


def holder(
    customers: CustomerStore, vault: Vault, tenant: str, customer_id: str
) -> tuple[str, bool] | None:
    """The customer's name as it was given, and whether it is a business's.

    None when nobody is known under that id, or whoever was is erased.
    """
    try:
        application = opened(vault, customers.dossier(tenant, customer_id))
    except (CustomerNotFound, SubjectErased):
        return None
    return str(application["name"]), application["type"] == "business"


def evidence(customers: CustomerStore, vault: Vault, customer_id: str, who: Onlooker) -> Document:
    """The evidence capsule (`schema.EvidenceView`), opened, after its hash was compared.

    That `who` looks at it is on record before it is opened. Raises `CustomerNotFound`,
    `EvidenceBroken`, and `SubjectErased` once it is not kept any more.
    """
    tenant = who.tenant
    dossier = customers.dossier(tenant, customer_id)
    seen = customers.seen(dossier.customer, by=who.id, at=who.at, request_id=who.request_id)
    commit(customers.table.client, [seen])
    subject = vault.retained(tenant, customer_id)
    document = capsule(
        tenant=tenant,
        customer=customer_id,
        made_at=rfc3339(max(section.at for section in dossier.sections)),
        sections=[_opened(subject, section) for section in dossier.sections],
    )
    if document["sections"][-1]["hash"] != dossier.customer.evidence:
        raise EvidenceBroken
    return document


def _opened(subject: Any, section: Section) -> dict[str, Any]:
    content = subject.open_json(field(section.name, section.number), section.sealed, kept=True)
    return {
        "name": section.name,
        "at": rfc3339(section.at),
        "by": section.by,
        "content": cast(dict[str, Any], content),
    }


def _after(scope: str, text: str | None) -> str | None:
    found = position(scope, text)
    if found is None:
        return None
    after = found.get("after")
    if not isinstance(after, str) or not is_id("cus", after):
        raise InvalidCursor
    return after
