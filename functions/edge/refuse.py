"""Whatever no other function answers: 405 where the address exists, 404 where it does not."""

import json
from functools import cache
from pathlib import Path
from typing import Any

from remit.kernel.errors import NotFound
from remit.runtime import observability
from remit.runtime.reply import MethodNotAllowed, refusal, render


@cache
def methods() -> dict[str, str]:
    """The methods of every address, as `Allow` lists them; from the OpenAPI document."""
    document = json.loads((Path(__file__).parent / "openapi.json").read_text())
    return {path: ", ".join(sorted(found)).upper() for path, found in document["paths"].items()}


def handler(event: dict[str, Any], _: Any) -> dict[str, Any]:
    """Refuse, with a problem document and, for a wrong method, the right ones in `Allow`."""
    origin = event["requestContext"]
    allowed = methods().get(event["resource"])
    reply = refusal(
        MethodNotAllowed(f"this resource takes {allowed}") if allowed else NotFound(),
        instance=origin["path"],
        headers={"Allow": allowed} if allowed else None,
    )
    observability.bind("edge", request_id=origin["requestId"])
    observability.logger.info("refused", extra={"status": reply.status})
    return render(reply, request_id=origin["requestId"])
