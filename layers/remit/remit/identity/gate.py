"""Calls to a provider go through its circuit breaker, whose state everybody shares."""

from collections.abc import Callable
from typing import TypeVar

from remit.identity import breaker as rules
from remit.identity.breaker import Breaker, Entry
from remit.identity.desk import Desk
from remit.identity.ports import NotAsked, ProviderRefused, ProviderUnavailable
from remit.store import commit as unit_of_work
from remit.store.commit import Stale, commit

T = TypeVar("T")


def through(desk: Desk, provider: str, call: Callable[[], T], *, now: int) -> T:
    """What `call` gives. `ProviderUnavailable` if it fails, or if nobody may call now."""
    entry, before = _enter(desk, provider, now)
    if entry == "refused":
        raise ProviderUnavailable("the provider is left alone for a while")
    try:
        found = call()
    except ProviderUnavailable:
        _leave(desk, provider, lambda state: rules.failed(state, entry, now=now), now)
        raise
    except (ProviderRefused, NotAsked):
        _answered(desk, provider, entry, before, now)
        raise
    _answered(desk, provider, entry, before, now)
    return found


def _enter(desk: Desk, provider: str, now: int) -> tuple[Entry, Breaker]:
    for attempt in range(unit_of_work.ATTEMPTS):
        before = desk.checks.breaker(provider)
        entry, after = rules.entered(before, now=now)
        if after == before:
            return entry, before
        try:
            commit(desk.checks.table.client, [desk.checks.turn(provider, before, after, now=now)])
        except Stale:
            desk.pause(attempt)
        else:
            return entry, after
    return "refused", before


def _answered(desk: Desk, provider: str, entry: Entry, before: Breaker, now: int) -> None:
    if entry == "through" and not before.failures:
        return  # as almost always: nothing to change, nothing to read
    _leave(desk, provider, lambda state: rules.succeeded(state, entry), now)


def _leave(desk: Desk, provider: str, change: Callable[[Breaker], Breaker], now: int) -> None:
    """Say what came of a call. Where too many do so at once, one of them may not be counted."""
    for attempt in range(unit_of_work.ATTEMPTS):
        before = desk.checks.breaker(provider)
        after = change(before)
        if after == before:
            return
        try:
            commit(desk.checks.table.client, [desk.checks.turn(provider, before, after, now=now)])
        except Stale:
            desk.pause(attempt)
        else:
            return
