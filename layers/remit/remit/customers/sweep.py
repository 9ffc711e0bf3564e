"""No customer is forgotten: whoever has applied or was decided on is looked at again after a while.

The customers' table's stream tells of both. Unlike the start of a machine, or its being told, it
cannot be lost.
"""

from collections.abc import Iterable

from remit.customers.await_decision import APPROVED, decision_of, tell
from remit.customers.model import Customer
from remit.customers.ports import Resume, Start
from remit.customers.store import CustomerStore, customer_of
from remit.kernel.errors import Fault
from remit.kernel.value import value
from remit.store.item import Item
from remit.vault.seal import Vault


class NotStarted(Fault):
    """The machine could not be started: try again later."""

    title = "The onboarding could not be started"


@value
class Watched:
    """A customer to be looked at again."""

    tenant: str
    id: str


def watched(items: Iterable[Item]) -> list[Watched]:
    """Those of the changed `items` whose machine has to be started, or told of a decision."""
    found = []
    for item in items:
        if item["sk"] == "customer":
            customer = customer_of(item)
            if customer.erasing_at is None and (_is_new(customer) or _is_decided(customer)):
                found.append(Watched(tenant=customer.tenant, id=customer.id))
    return found


def look_after(
    customers: CustomerStore,
    vault: Vault,
    start: Start,
    resume: Resume,
    *,
    tenant: str,
    customer_id: str,
) -> bool:
    """Start the customer's machine if nothing has happened yet, or tell it of the decision.

    Whether there was anything to do. Raises `CustomerNotFound`.
    """
    dossier = customers.dossier(tenant, customer_id)
    if _is_new(dossier.customer):
        start(tenant, customer_id)
        return True
    if dossier.customer.decided is None:
        return False
    tell(vault, dossier, resume)
    return True


def _is_new(customer: Customer) -> bool:
    return customer.status == "in_review" and customer.revision == 0


def _is_decided(customer: Customer) -> bool:
    return customer.decided is not None and decision_of(customer) in (APPROVED, "rejected")
