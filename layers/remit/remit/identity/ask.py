"""Ask a provider, always under the check's id: however often, to it that is one question."""

from dataclasses import replace

from remit.identity.desk import Desk
from remit.identity.gate import through
from remit.identity.model import Applicant, Check
from remit.identity.ports import ProviderRefused, ProviderUnavailable
from remit.identity.settle import changed, refuse
from remit.identity.store import Kept
from remit.store.write import Write

TRIES = 3
"""How often a question is put before it is left to the sweep."""


def ask(desk: Desk, kept: Kept, applicant: Applicant, *, now: int) -> Kept:
    """The check with the provider's reference, or refused by it, or unchanged: then ask later."""
    check = kept.check
    try:
        reference = through(desk, check.provider, lambda: _start(desk, check, applicant), now=now)
    except ProviderUnavailable:
        return kept
    except ProviderRefused as refused:
        return refuse(desk, check.id, refused.reason, now=now)

    def decide(found: Kept) -> list[Write]:
        if found.check.reference is not None:
            return []
        return desk.checks.change(found, replace(found.check, reference=reference))

    return changed(desk, check.id, decide)


def _start(desk: Desk, check: Check, applicant: Applicant) -> str:
    provider = desk.providers[check.provider].provider
    for attempt in range(TRIES - 1):
        try:
            return provider.start(check.id, applicant, desk.callback_url(check.provider))
        except ProviderUnavailable:
            desk.pause(attempt)
    return provider.start(check.id, applicant, desk.callback_url(check.provider))
