"""The tenants' records: who is a customer of the house, and under which usage plan key."""

from typing import Literal, TypeAlias, cast

from remit.kernel.errors import Refusal
from remit.kernel.value import value
from remit.store.commit import commit
from remit.store.item import Item
from remit.store.table import Table
from remit.store.write import put_new

Status: TypeAlias = Literal["active", "suspended"]


class TenantExists(Refusal):
    """A tenant of that name has been enrolled already."""

    status = 409
    title = "The tenant exists"


@value
class Tenant:
    """A customer of the house. `usage_key` is the API key that its usage plan counts under."""

    id: str
    status: Status
    usage_key: str


def load(access: Table, tenant: str) -> Tenant | None:
    """The tenant, or None where nobody of that name is enrolled."""
    row = access.get({"pk": tenant})
    if row is None:
        return None
    return Tenant(
        id=tenant,
        status=cast("Status", row["status"]),
        usage_key=str(row["usage_key"]),
    )


def enrol(access: Table, tenant: Tenant, *, now: int, by: str, why: str) -> None:
    """Write a new tenant's record; `TenantExists` when there is one."""
    row: Item = {
        "pk": tenant.id,
        "status": tenant.status,
        "usage_key": tenant.usage_key,
        "at": now,
        "by": by,
        "why": why,
    }
    commit(access.client, [put_new(access.name, row, exists=lambda _: TenantExists())])
