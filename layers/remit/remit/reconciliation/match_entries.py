"""The state *Match entries*: reconcile what was kept, under the rules in force; keep the result."""

from remit.reconciliation.desk import Desk
from remit.reconciliation.records import result_bytes
from remit.reconciliation.result import reconcile
from remit.reconciliation.rules import RULES
from remit.reconciliation.runs import folder


def match_entries(desk: Desk, *, tenant: str, run_id: str) -> str:
    """`matched`, or how far the run has come since.

    Raises `ReconciliationNotFound`, `LineDiffers` or `Unavailable`.
    """
    run = desk.store.get(tenant, run_id)
    if run.status != "read":
        return run.status
    result = reconcile(desk.looked(run).given, RULES)
    key = f"{folder(tenant, run_id)}/result-{result.result_hash}-{result.rules}.json"
    desk.keep(key, result_bytes(result))
    writes = desk.store.advance(
        run,
        "matched",
        result_key=key,
        input_hash=result.input_hash,
        result_hash=result.result_hash,
        rules=result.rules,
        match_count=len(result.matches),
        break_count=len(result.breaks),
    )
    return desk.take(run, writes).status
