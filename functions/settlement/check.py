"""The state *Check liquidity* of the settlement machine."""

from typing import Any

from remit.kernel import clock
from remit.runtime import settlement
from remit.runtime.observability import count, task
from remit.settlement.check import check


@task("settlement", "Check liquidity")
def handler(event: dict[str, Any], _: object) -> dict[str, Any]:
    """Answer `enough`, `short`, or with the window's status."""
    found = check(settlement.desk(), tenant=event["tenant"], window_id=event["id"], now=clock.now())
    if found.missing:
        count("WindowShort")
    return event | {"status": found.status}
