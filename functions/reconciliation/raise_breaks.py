"""State `Raise breaks` of the machine `reconciliation`: put what was found on record."""

from typing import Any

from remit.kernel import clock
from remit.reconciliation.raise_breaks import raise_breaks
from remit.runtime.observability import count, task
from remit.runtime.reconciliation import desk


@task("reconciliation", "Raise breaks")
def handler(event: dict[str, Any], _: object) -> dict[str, Any]:
    """Tell how far the run has come, and count what is new and what is gone."""
    tenant, run = event["tenant"], event["id"]
    raised = raise_breaks(desk(), tenant=tenant, run_id=run, now=clock.now())
    count("BreakRaised", raised.new)
    count("BreakGone", raised.gone)
    return event | {"status": raised.status}
