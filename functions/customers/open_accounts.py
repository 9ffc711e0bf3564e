"""The state *Open accounts* of the onboarding machine."""

from typing import Any

from remit.customers.open_accounts import Branch, open_accounts
from remit.kernel import clock
from remit.ledger.store import Ledger
from remit.runtime import clients, settings
from remit.runtime.customers import customers
from remit.runtime.observability import count, task
from remit.runtime.onboarding import screener
from remit.runtime.vault import vault


@task("customers", "Open accounts")
def handler(event: dict[str, Any], _: object) -> dict[str, Any]:
    """Answer `active` once the customer has its accounts, or why it has none."""
    branch = Branch(
        ledger=Ledger.of(clients.dynamodb(), settings.required("LEDGER_TABLE")),
        bank=settings.required("BANK"),
    )
    status = open_accounts(
        customers(),
        vault(),
        screener(),
        branch,
        tenant=event["tenant"],
        customer_id=event["id"],
        now=clock.now(),
    )
    if status == "active":
        count("CustomerActivated")
    return event | {"status": status}
