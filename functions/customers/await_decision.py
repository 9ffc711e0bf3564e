"""The state *Await decision* of the onboarding machine: its answer comes by the task token."""

from typing import Any

from remit.customers.await_decision import await_decision
from remit.kernel import clock
from remit.runtime import machine
from remit.runtime.customers import customers
from remit.runtime.observability import count, task
from remit.runtime.vault import vault


@task("customers", "Await decision")
def handler(event: dict[str, Any], _: object) -> dict[str, Any]:
    """Leave the token for whoever decides, or say at once what has been decided."""
    status = await_decision(
        customers(),
        vault(),
        machine.resumer(),
        tenant=event["tenant"],
        customer_id=event["id"],
        task_token=event["token"],
        now=clock.now(),
    )
    count("DecisionAwaited")
    return {"id": event["id"], "tenant": event["tenant"], "status": status}
