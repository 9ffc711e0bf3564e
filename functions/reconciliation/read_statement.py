"""State `Read statement` of the machine `reconciliation`: gather both sides of a run."""

from typing import Any

from remit.kernel import clock
from remit.reconciliation.read_statement import read_statement
from remit.runtime.observability import task
from remit.runtime.reconciliation import ledger_desk


@task("reconciliation", "Read statement")
def handler(event: dict[str, Any], _: object) -> dict[str, Any]:
    """Tell how far the run has come."""
    tenant, run = event["tenant"], event["id"]
    status = read_statement(ledger_desk(), tenant=tenant, run_id=run, now=clock.now())
    return event | {"status": status}
