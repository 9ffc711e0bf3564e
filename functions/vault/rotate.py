"""For operations: a new version of a tenant's branch key or index key."""

from typing import Any

from remit.kernel.clock import rfc3339
from remit.runtime import observability
from remit.runtime.vault import vault
from remit.vault.rotate import named, rotate


def handler(event: dict[str, Any], _: Any) -> dict[str, Any]:
    """Rotate what `{tenant, what: "branch" | "index"}` says; tells when to re-seal."""
    tenant, what = named(event)
    observability.bind("vault", tenant=tenant)
    made = observability.observed(
        "Rotate",
        lambda: rotate(vault().keys, tenant, what, by="operations"),
        shown=lambda made: {"what": what, "version": made.version},
    )
    return {
        "status": "rotated",
        "tenant": tenant,
        "what": what,
        "version": made.version,
        "reseal_from": rfc3339(made.reseal_from),
    }
