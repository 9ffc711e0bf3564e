"""The state *Verify identity* of the onboarding machine: its answer comes by the task token."""

from typing import Any

from remit.customers.verify import verify
from remit.runtime.customers import customers
from remit.runtime.observability import count, task
from remit.runtime.onboarding import begin
from remit.runtime.vault import vault


@task("customers", "Verify identity")
def handler(event: dict[str, Any], _: object) -> dict[str, Any]:
    """Ask the provider. What is returned here goes nowhere: the machine waits for the token."""
    check = verify(
        customers(),
        vault(),
        begin(),
        tenant=event["tenant"],
        customer_id=event["id"],
        task_token=event["token"],
    )
    count("IdentityVerified")
    return {"id": event["id"], "tenant": event["tenant"], "status": check.status}
