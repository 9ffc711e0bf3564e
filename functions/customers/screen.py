"""The state *Screen applicant* of the onboarding machine."""

from typing import Any

from remit.customers.screen import screen
from remit.kernel import clock
from remit.runtime.customers import customers
from remit.runtime.observability import count, task
from remit.runtime.onboarding import screener
from remit.runtime.vault import vault


@task("customers", "Screen applicant")
def handler(event: dict[str, Any], _: object) -> dict[str, Any]:
    """Answer `screened`, or the customer's status when there is nothing to screen any more."""
    status = screen(
        customers(),
        vault(),
        screener(),
        tenant=event["tenant"],
        customer_id=event["id"],
        now=clock.now(),
    )
    count("ApplicantScreened")
    return event | {"status": status}
