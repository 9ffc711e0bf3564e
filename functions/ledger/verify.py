"""For operations: recompute the whole ledger from its transfers, and name what is wrong."""

from typing import Any

from remit.kernel import clock
from remit.payments.agree import findings
from remit.runtime import clients, observability, settings
from remit.store.table import Table


def handler(_: dict[str, Any], __: Any) -> dict[str, Any]:
    """Read both tables whole; answers with at most 100 findings, the earliest first."""
    client = clients.dynamodb()
    found = findings(
        Table(client=client, name=settings.required("LEDGER_TABLE")),
        Table(client=client, name=settings.required("PAYMENTS_TABLE")),
    )
    log = observability.logger.error if found else observability.logger.info
    log("ledger verified", extra={"findings": len(found), "first": str(found[0]) if found else ""})
    return {
        "right": not found,
        "findings": [str(one) for one in found[:100]],
        "count": len(found),
        "at": clock.now(),
    }
