"""For operations: move the key store to another KMS key, in slices."""

from dataclasses import asdict
from typing import Any

from remit.runtime import clients, observability, settings
from remit.vault.rekey import MOST, rekey


def handler(event: dict[str, Any], _: Any) -> dict[str, Any]:
    """Bring `most` records under VAULT_KEY_ARN; `status` is `more` until a call says `done`."""
    to, most = settings.required("VAULT_KEY_ARN"), int(event.get("most", MOST))
    table = settings.required("KEY_STORE_TABLE")
    observability.bind("vault")
    found = observability.observed(
        "Rekey",
        lambda: rekey(clients.dynamodb(), clients.kms(), table=table, to=to, most=most),
        shown=asdict,
    )
    return {"status": "done" if found.is_done else "more", "moved": found.moved}
