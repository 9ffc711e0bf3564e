"""How far monitoring has come with a version of a list. Changes nothing."""

from collections.abc import Iterator, Sequence
from typing import cast

from remit.customers.store import SHARDS, CustomerStore
from remit.kernel.clock import rfc3339
from remit.kernel.errors import NotFound
from remit.kernel.value import value
from remit.store.item import Item, integer, text

_PAGE = 100
_NOBODY = {"seen": 0, "hit": 0, "reopened": 0}


class RunNotFound(NotFound):
    """No customer was screened against that version."""

    title = "No such run"


@value
class Run:
    """How far a run has come: slices done, and a tenant's customers seen, hit and reopened.

    Times are milliseconds; `finished_at` is None while customers are left.
    """

    source: str
    version: str
    slices: int
    seen: int
    hit: int
    reopened: int
    started_at: int
    finished_at: int | None


def run(customers: CustomerStore, tenant: str, version: str) -> Run:
    """The run that put `version` to all customers, as it counts for a tenant. `RunNotFound`."""
    done = list(_slices(customers, version))
    if not done:
        raise RunNotFound
    tallies = [cast(dict[str, dict[str, int]], item["tallies"]) for item in done]
    mine = [tally.get(tenant, _NOBODY) for tally in tallies]
    times = [integer(item, "at") for item in done]
    return Run(
        source=text(done[0], "source"),
        version=version,
        slices=len(done),
        seen=sum(tally["seen"] for tally in mine),
        hit=sum(tally["hit"] for tally in mine),
        reopened=sum(tally["reopened"] for tally in mine),
        started_at=min(times),
        finished_at=max(times) if _is_finished(done) else None,
    )


def run_view(found: Run) -> dict[str, object]:
    """The run as operators see it (`schema.RunView`)."""
    return {
        "source": found.source,
        "version": found.version,
        "slices": found.slices,
        "seen": found.seen,
        "hit": found.hit,
        "reopened": found.reopened,
        "started_at": rfc3339(found.started_at),
        "finished_at": rfc3339(found.finished_at) if found.finished_at is not None else None,
    }


def _is_finished(done: Sequence[Item]) -> bool:
    return sum(bool(item["is_last"]) for item in done) >= SHARDS


def _slices(customers: CustomerStore, version: str) -> Iterator[Item]:
    after: str | None = None
    while True:
        page = customers.slices(version, after=after, limit=_PAGE)
        yield from page.items
        if page.next_key is None:
            return
        after = text(page.items[-1], "sk")
