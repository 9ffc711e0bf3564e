"""States `Report findings` and `Report failure` of the machine `reconciliation`: end the run."""

from typing import Any

from remit.kernel import clock
from remit.reconciliation.report import report
from remit.runtime.observability import count, task
from remit.runtime.reconciliation import desk


@task("reconciliation", "Report findings")
def handler(event: dict[str, Any], _: object) -> dict[str, Any]:
    """Tell how the run has ended."""
    tenant, run, status = event["tenant"], event["id"], event["status"]
    ended = report(desk(), tenant=tenant, run_id=run, status=status, now=clock.now())
    count("StatementReconciled" if ended == "reported" else "ReconciliationFailed")
    return event | {"status": ended}
