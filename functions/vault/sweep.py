"""Every hour: finish erasures, and destroy the retention keys whose date has come."""

from typing import Any

from remit.kernel import clock
from remit.runtime import observability
from remit.runtime.vault import vault
from remit.vault.sweep import ErasuresLeft, Swept, sweep

_RESERVE = 10 * clock.SECOND
_MOST_NAMED = 20


def handler(_: dict[str, Any], context: Any) -> dict[str, Any]:
    """Do what is due; fails when some of it could not be done."""
    until = clock.now() + context.get_remaining_time_in_millis() - _RESERVE
    observability.bind("vault")
    try:
        observability.observed("Sweep", lambda: _run(until), shown=_shown)
        return {"status": "swept"}
    finally:
        observability.flush()


def _run(until: int) -> Swept:
    found = sweep(vault().keys, vault().signer, until=until)
    observability.count("ErasureCleared", found.cleared)
    observability.count("RetentionReleased", found.released)
    if found.left:
        observability.logger.error("erasures left", extra={"due": found.left[:_MOST_NAMED]})
        raise ErasuresLeft(f"{len(found.left)} erasures could not be finished")
    return found


def _shown(found: Swept) -> dict[str, object]:
    return {"cleared": found.cleared, "released": found.released}
