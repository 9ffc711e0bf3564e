"""The state *Compute slice* of the settlement machine: four of a window's parts."""

from typing import Any

from remit.kernel import clock
from remit.runtime import machine, settlement
from remit.runtime.observability import task
from remit.settlement.compute import compute_part, parts_of


@task("settlement", "Compute slice")
def handler(event: dict[str, Any], _: object) -> dict[str, Any]:
    """Answer `computed`, or with the status of a window that is not to be computed any more."""
    status = "computed"
    for part in parts_of(event["slice"]):
        status = compute_part(
            settlement.store(),
            machine.resumer(),
            ours=settlement.ours(),
            tenant=event["tenant"],
            window_id=event["id"],
            part=part,
            now=clock.now(),
        )
    return event | {"status": status}
