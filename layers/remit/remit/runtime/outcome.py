"""Starting the machine `rail_outcome`, for those who need nothing else of rails."""

from remit.payments.start import Start
from remit.runtime import machine, settings


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
