"""Every hour: breaks whose clock has run out, and runs whose machine was never started."""

from functools import partial
from typing import Any

from remit.kernel import clock
from remit.reconciliation.sweep import sweep
from remit.runtime import reconciliation
from remit.runtime.observability import bind, count, flush, observed


def handler(_: dict[str, Any], __: object) -> dict[str, Any]:
    """Count them; alarms on the counts call a person."""
    bind("reconciliation")
    now = clock.now()
    again = partial(reconciliation.begin_again, at=now)
    swept = observed(
        "Sweep reconciliation",
        lambda: sweep(reconciliation.store(), again, now=now),
        shown=lambda found: {"overdue": found.overdue, "restarted": found.restarted},
    )
    count("BreakOverdue", swept.overdue)
    count("BreakHarsher", swept.harsher)
    count("ReconciliationLate", swept.late)
    flush()
    return {"status": "swept", "overdue": swept.overdue}
