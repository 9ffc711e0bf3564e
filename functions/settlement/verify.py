"""For operations: compute a settlement window anew, and name the first difference."""

from typing import Any

from remit.runtime import observability, settlement
from remit.settlement.verify import verify


def handler(event: dict[str, Any], _: Any) -> dict[str, Any]:
    """Verify the window `id` of `tenant` from its members and the ledger."""
    found = verify(settlement.desk(), tenant=event["tenant"], window_id=event["id"])
    what = found.difference.what if found.difference else ""
    log = observability.logger.error if found.difference else observability.logger.info
    log("window verified", extra={"id": event["id"], "first": what})
    return {
        "right": found.difference is None,
        "status": found.status,
        "members": found.members,
        "hash": found.hash,
        "difference": what or None,
    }
