"""Starting the machine `rail_outcome`, for those who need nothing else of rails."""

from collections.abc import Mapping, Sequence
from typing import Any

from remit.payments.start import Start
from remit.runtime import machine, queues, settings


def begin(start: Start, *, request_id: str, again: str | None = None) -> bool:
    """Start it for one fact about one payment; `again` tells a later run's name from the first's.

    False, and a line in the log, when it fails.
    """
    name = f"{start.payment_id}-{start.message}-{start.fact}"
    return machine.begin(
        settings.required("OUTCOME_MACHINE_ARN"),
        name=name if again is None else f"{name}-{again}",
        content={
            "id": start.payment_id,
            "tenant": start.tenant,
            "request_id": request_id,
            "message": start.message,
            "fact": start.fact,
            "status": start.status,
        },
    )


def watch(starts: Sequence[Start], *, request_id: str) -> None:
    """Have it looked at later whether all of them have come to something. Raises `Unavailable`."""
    if starts:
        bodies = [
            {
                "id": start.payment_id,
                "tenant": start.tenant,
                "request_id": request_id,
                "message": start.message,
                "fact": str(start.fact),
                "status": start.status,
            }
            for start in starts
        ]
        queues.send(settings.required("RESUME_QUEUE_URL"), bodies)


def watched(body: Mapping[str, Any]) -> Start | None:
    """What `watch` has put on the queue; None for what the stream has."""
    if "message" not in body:
        return None
    return Start(
        tenant=body["tenant"],
        payment_id=body["id"],
        message=body["message"],
        fact=int(body["fact"]),
        status=body["status"],
    )
