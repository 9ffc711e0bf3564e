"""The states *Report findings* and *Report failure*: bring a run to its end."""

from remit.reconciliation.desk import Desk
from remit.reconciliation.runs import FINAL

FAILED = "failed"


def report(desk: Desk, *, tenant: str, run_id: str, status: str, now: int) -> str:
    """`reported`, or `failed` where the machine's `status` says so; an ended run stays as it is.

    From then on the account's next statement may be read. Raises `ReconciliationNotFound`.
    """
    run = desk.store.get(tenant, run_id)
    if run.status in FINAL:
        return run.status
    if status == FAILED:
        why = f"it could not be reconciled once it was {run.status}"
        writes = desk.store.advance(run, "failed", finished_at=now, failure=why)
    else:
        writes = desk.store.advance(run, "reported", finished_at=now)
    return desk.take(run, writes).status
