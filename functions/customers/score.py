"""The state *Score risk* of the onboarding machine."""

from typing import Any

from remit.customers.score import score
from remit.kernel import clock
from remit.runtime.customers import customers
from remit.runtime.observability import count, task
from remit.runtime.onboarding import screener, verification
from remit.runtime.vault import vault

_COUNTED = {"needs_attention": "CustomerHeld", "rejected": "CustomerRejected"}


@task("customers", "Score risk")
def handler(event: dict[str, Any], _: object) -> dict[str, Any]:
    """Answer `clear` when accounts may be opened, or the customer's status."""
    status = score(
        customers(),
        vault(),
        verification(),
        screener().current,
        tenant=event["tenant"],
        customer_id=event["id"],
        now=clock.now(),
    )
    count("RiskScored")
    if status in _COUNTED:
        count(_COUNTED[status])
    return event | {"status": status}
