"""Every hour: how many recalls are overdue. An alarm on the count calls a person."""

from typing import Any

from remit.kernel import clock
from remit.payments.recalls import RecallStore
from remit.runtime import clients, settings
from remit.runtime.observability import bind, count, flush, observed


def handler(_: dict[str, Any], __: object) -> dict[str, Any]:
    """Count what the other banks should have answered by now."""
    bind("payments")
    recalls = RecallStore.of(clients.dynamodb(), settings.required("PAYMENTS_TABLE"))
    overdue = observed(
        "Remind",
        lambda: recalls.overdue(clock.now()),
        shown=lambda found: {"overdue": found},
    )
    count("RecallOverdue", overdue)
    flush()
    return {"status": "reminded", "overdue": overdue}
