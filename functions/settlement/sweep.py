"""Every minute: start the machines of windows whose time has come, and tell those that wait."""

from typing import Any

from remit.kernel import clock
from remit.kernel.errors import Unavailable
from remit.runtime import machine, observability, settlement
from remit.settlement.sweep import Swept, sweep

_RESERVE = 15 * clock.SECOND


def handler(_: dict[str, Any], context: Any) -> dict[str, Any]:
    """Look at every window that is not settled."""
    until = clock.now() + context.get_remaining_time_in_millis() - _RESERVE
    observability.bind("settlement")
    try:
        found = observability.observed("Sweep windows", lambda: _run(until), shown=_shown)
        return {"status": "swept", "started": found.started}
    finally:
        observability.flush()


def _run(until: int) -> Swept:
    def start(tenant: str, window_id: str) -> None:
        if not settlement.begin(tenant, window_id):
            raise Unavailable("the machine could not be started")

    found = sweep(
        settlement.store(),
        start,
        machine.resumer(),
        now=clock.now(),
        until=lambda: clock.now() >= until,
    )
    observability.count("WindowLate", found.late)
    return found


def _shown(found: Swept) -> dict[str, object]:
    return {"started": found.started, "told": found.told, "late": found.late}
