"""For operations: bring a tenant's wrapped keys and index under the newest keys, in slices."""

from dataclasses import asdict
from typing import Any

from remit.kernel import clock
from remit.runtime import observability
from remit.runtime.vault import vault
from remit.vault.reseal import MOST, reseal
from remit.vault.rotate import tenant_of

_RESERVE = 10 * clock.SECOND


def handler(event: dict[str, Any], context: Any) -> dict[str, Any]:
    """Do a slice of `{tenant, most?}`; `status` is `more` until a call says `done`."""
    tenant, most = tenant_of(event), int(event.get("most", MOST))
    until = clock.now() + context.get_remaining_time_in_millis() - _RESERVE
    observability.bind("vault", tenant=tenant)
    slice_ = observability.observed(
        "Reseal",
        lambda: reseal(vault().keys, tenant, by="operations", until=until, most=most),
        shown=asdict,
    )
    return {"status": "done" if slice_.is_done else "more", "tenant": tenant, **asdict(slice_)}
