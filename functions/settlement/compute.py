"""The state *Compute part* of the settlement machine: one part of a window."""

from typing import Any

from remit.kernel import clock
from remit.runtime import machine, settlement
from remit.runtime.observability import task
from remit.settlement.compute import compute_part


@task("settlement", "Compute part")
def handler(event: dict[str, Any], _: object) -> dict[str, Any]:
    """Answer `computed`, or with the status of a window that is not to be computed any more."""
    status = compute_part(
        settlement.store(),
        machine.resumer(),
        ours=settlement.ours(),
        tenant=event["tenant"],
        window_id=event["id"],
        part=event["part"],
        now=clock.now(),
    )
    return event | {"status": status}
