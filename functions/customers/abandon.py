"""The state *Abandon application* of the onboarding machine: nobody decided in time."""

from typing import Any

from remit.customers.abandon import abandon
from remit.kernel import clock
from remit.runtime.customers import customers
from remit.runtime.observability import count, task
from remit.runtime.vault import vault


@task("customers", "Abandon application")
def handler(event: dict[str, Any], _: object) -> dict[str, Any]:
    """Answer `abandoned`, or what a person has decided after all."""
    status = abandon(
        customers(),
        vault(),
        tenant=event["tenant"],
        customer_id=event["id"],
        now=clock.now(),
    )
    if status == "abandoned":
        count("ApplicationAbandoned")
    return event | {"status": status}
