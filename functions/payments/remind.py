"""Every hour: how many recalls are overdue. An alarm on each count calls a person."""

from typing import Any

from remit.kernel import clock
from remit.payments.incoming_recalls import AskedBackStore
from remit.payments.recalls import RecallStore
from remit.runtime import clients, settings
from remit.runtime.observability import bind, count, flush, observed


def handler(_: dict[str, Any], __: object) -> dict[str, Any]:
    """Count what other banks should have answered by now, and what we should have."""
    bind("payments")
    client, table = clients.dynamodb(), settings.required("PAYMENTS_TABLE")
    theirs, ours, now = RecallStore.of(client, table), AskedBackStore.of(client, table), clock.now()
    found = observed(
        "Remind",
        lambda: {"overdue": theirs.overdue(now), "overdue_here": ours.overdue(now)},
        shown=lambda counted: counted,
    )
    count("RecallOverdue", found["overdue"])
    count("IncomingRecallOverdue", found["overdue_here"])
    flush()
    return {"status": "reminded", **found}
