"""State `Match entries` of the machine `reconciliation`: reconcile what was read."""

from typing import Any

from remit.reconciliation.match_entries import match_entries
from remit.runtime.observability import task
from remit.runtime.reconciliation import desk


@task("reconciliation", "Match entries")
def handler(event: dict[str, Any], _: object) -> dict[str, Any]:
    """Tell how far the run has come."""
    tenant, run = event["tenant"], event["id"]
    status = match_entries(desk(), tenant=tenant, run_id=run)
    return event | {"status": status}
