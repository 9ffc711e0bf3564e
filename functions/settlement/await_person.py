"""The state *Await person* of the settlement machine: its answer comes by the task token."""

from typing import Any

from remit.runtime import machine, settlement
from remit.runtime.observability import count, task
from remit.settlement.await_person import await_person


@task("settlement", "Await person")
def handler(event: dict[str, Any], _: object) -> dict[str, Any]:
    """Leave the token with the window, or say at once what has become of it."""
    status = await_person(
        settlement.store(),
        machine.resumer(),
        tenant=event["tenant"],
        window_id=event["id"],
        task_token=event["token"],
    )
    if status == "waiting":
        count("PersonAwaited")
    return {"id": event["id"], "tenant": event["tenant"], "status": status}
