"""The state *Close window* of the settlement machine."""

from typing import Any

from remit.kernel import clock
from remit.runtime import settlement
from remit.runtime.observability import count, task
from remit.settlement.close import close


@task("settlement", "Close window")
def handler(event: dict[str, Any], _: object) -> dict[str, Any]:
    """Answer with the window's status: `open` until its seal is due."""
    status = close(
        settlement.store(), tenant=event["tenant"], window_id=event["id"], now=clock.now()
    )
    if status == "closed":
        count("WindowClosed")
    return event | {"status": status}
