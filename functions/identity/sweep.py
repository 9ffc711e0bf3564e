"""Every minute: look at the identity checks that did not come to an end by themselves."""

from typing import Any

from remit.identity.sweep import ChecksLeft, Swept, sweep
from remit.kernel import clock
from remit.kernel.clock import rfc3339
from remit.runtime import identity, observability, settings
from remit.runtime.vault import vault

_RESERVE = 15 * clock.SECOND
"""What is under way when time is up, its tries and the mark still fit in."""

_MOST_NAMED = 20
_COUNTED = {"asked": "CheckAsked", "answered": "CheckPolled", "given_up": "CheckGivenUp",
            "told": "CheckResumed"}  # fmt: skip


def handler(_: dict[str, Any], context: Any) -> dict[str, Any]:
    """Go on from where the last run stopped; fails when a check could not be looked at."""
    until = clock.now() + context.get_remaining_time_in_millis() - _RESERVE
    observability.bind("identity")
    try:
        found = observability.observed("Sweep", lambda: _run(until), shown=_shown)
        return {"status": "swept", "reached": rfc3339(found.reached)}
    finally:
        observability.flush()


def _run(until: int) -> Swept:
    desk = identity.desk(site=settings.required("API_URL"))
    found = sweep(desk, vault(), now=clock.now(), until=until)
    for done, name in _COUNTED.items():
        observability.count(name, found.done.get(done, 0))
    observability.count("ProviderLeftAlone", len(found.is_open))
    observability.measure("CheckLag", clock.now() - found.reached)
    if found.left:
        observability.logger.error("checks left", extra={"checks": found.left[:_MOST_NAMED]})
        raise ChecksLeft(f"{len(found.left)} checks could not be looked at")
    return found


def _shown(found: Swept) -> dict[str, object]:
    return {"reached": rfc3339(found.reached), **found.done}
