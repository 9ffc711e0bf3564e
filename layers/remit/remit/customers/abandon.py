"""The state *Abandon application*: nobody has decided in time."""

from remit.customers.await_decision import decision_of
from remit.customers.change import Told, changed, stepped
from remit.customers.store import CustomerStore
from remit.kernel.errors import Contended
from remit.store.commit import ATTEMPTS, Stale, commit, pause
from remit.vault.seal import Vault


def abandon(
    customers: CustomerStore, vault: Vault, *, tenant: str, customer_id: str, now: int
) -> str:
    """What became of the customer: `abandoned`, unless a person has decided after all.

    Raises `CustomerNotFound` or `Contended`.
    """
    for attempt in range(ATTEMPTS):
        customer = customers.get(tenant, customer_id)
        decided = decision_of(customer)
        if decided is not None:
            return decided
        after = stepped(customer, "abandoned", by="onboarding", at=now, reason="NOT_DECIDED")
        try:
            change = changed(
                customers,
                vault.subject(tenant, customer_id),
                customer,
                after,
                Told(name="abandonment", facts={"reasons": ["NOT_DECIDED"]}, content={}),
                by="onboarding",
                at=now,
                why="abandoned",
            )
            commit(customers.table.client, change.writes)
        except Stale:
            pause(attempt)
        else:
            return "abandoned"
    raise Contended
