"""Monitoring: when a list changes, everybody is screened against what is new in it.

A run goes through the directory of everybody in slices, one message each. A slice leaves a record
of what it found, so that a message that comes twice changes nothing, and the run can be added up.

| pk | sk | what |
|---|---|---|
| `run#<source>#<version>` | `slice#<shard>#<after>` | a slice that is done: seen, hit, reopened |

Only who resembles something new is touched: the customer needs attention then, whatever it was on
the way to. Who is cleared is not raised again until that entry changes.
"""

from collections.abc import Callable, Iterator
from dataclasses import replace

from remit.customers.change import Told, changed, stepped
from remit.customers.decide import REOPENED
from remit.customers.parties import parties
from remit.customers.ports import Vault
from remit.customers.store import SHARDS, CustomerStore, Dossier
from remit.customers.verify import opened
from remit.kernel.errors import Contended
from remit.kernel.value import value
from remit.screening.model import Party, Screening, screening_view
from remit.store.commit import ATTEMPTS, Stale, commit, pause
from remit.store.item import Item, integer, text
from remit.store.write import put
from remit.vault.model import SubjectErased

SLICE = 50
"""Customers that one message is for."""

_LISTED = ("active", "needs_attention", "in_review")

Screen = Callable[[str, str, Party], Screening]
"""Screens a party for a tenant's customer against the changed entries alone."""


@value
class Slice:
    """A part of a run: the customers of `shard` that come after `after`."""

    source: str
    version: str
    shard: int
    after: str = ""


@value
class Run:
    """How far a run has come: slices done, customers seen, hit and reopened."""

    source: str
    version: str
    slices: int
    seen: int
    hit: int
    reopened: int
    is_finished: bool


def slices(source: str, version: str) -> list[Slice]:
    """What a run begins with: the first slice of every shard."""
    return [Slice(source=source, version=version, shard=shard) for shard in range(SHARDS)]


def rescreen(
    customers: CustomerStore, vault: Vault, screen: Screen, part: Slice, *, now: int
) -> Slice | None:
    """Screen a slice, and say which one comes next; None at the shard's end.

    Made again, it reopens nobody twice. Raises `Contended` or `Unavailable`.
    """
    page = customers.everybody(part.shard, after=part.after or None, limit=SLICE)
    hit = reopened = 0
    for item in page.items:
        tenant, _, customer_id = text(item, "sk").rpartition("#")
        found = _rescreen(customers, vault, screen, part, tenant, customer_id, now)
        hit += found is not None
        reopened += bool(found)
    last = text(page.items[-1], "sk") if page.items and page.next_key else None
    record: Item = {
        "pk": _pk(part.source, part.version),
        "sk": f"slice#{part.shard:02d}#{part.after}",
        "seen": len(page.items),
        "hit": hit,
        "reopened": reopened,
        "is_last": last is None,
        "at": now,
        "by": "monitoring",
        "why": part.version,
    }
    commit(customers.table.client, [put(customers.table.name, record)])
    return replace(part, after=last) if last else None


def run(customers: CustomerStore, source: str, version: str) -> Run:
    """How far a run has come; all zero for one that never began."""
    done = list(_done(customers, source, version))
    return Run(
        source=source,
        version=version,
        slices=len(done),
        seen=sum(integer(item, "seen") for item in done),
        hit=sum(integer(item, "hit") for item in done),
        reopened=sum(integer(item, "reopened") for item in done),
        is_finished=sum(bool(item["is_last"]) for item in done) == SHARDS,
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
        "is_finished": found.is_finished,
    }


def _done(customers: CustomerStore, source: str, version: str) -> Iterator[Item]:
    after: str | None = None
    while True:
        page = customers.table.query(_pk(source, version), above=after, limit=SLICE)
        yield from page.items
        if page.next_key is None:
            return
        after = text(page.items[-1], "sk")


def _rescreen(
    customers: CustomerStore,
    vault: Vault,
    screen: Screen,
    part: Slice,
    tenant: str,
    customer_id: str,
    now: int,
) -> bool | None:
    """None when the customer resembles nothing new; otherwise whether it was reopened here."""
    for attempt in range(ATTEMPTS):
        dossier = customers.dossier(tenant, customer_id)
        if dossier.customer.status not in _LISTED:
            return None
        try:
            found = [
                (who, screen(tenant, customer_id, party))
                for who, party in parties(opened(vault, dossier))
            ]
            if all(one.outcome == "clear" for _, one in found):
                return None
            if _was_raised(dossier, part):
                return False
            _reopen(customers, vault, dossier, part, found, now)
        except SubjectErased:
            return None
        except Stale:
            pause(attempt)
        else:
            return True
    raise Contended


def _was_raised(dossier: Dossier, part: Slice) -> bool:
    mine = {"source": part.source, "version": part.version}
    return any(
        section.name == REOPENED and mine.items() <= section.facts.items()
        for section in dossier.sections
    )


def _reopen(
    customers: CustomerStore,
    vault: Vault,
    dossier: Dossier,
    part: Slice,
    found: list[tuple[str, Screening]],
    now: int,
) -> None:
    customer = dossier.customer
    # A decision that was made before this was known counts no more.
    after = replace(customer, decided=None)
    if after.may_become("needs_attention"):
        after = stepped(after, "needs_attention", by="monitoring", at=now, reason="LIST_CHANGED")
    facts = {
        "outcome": "hit",
        "reasons": ["LIST_CHANGED"],
        "source": part.source,
        "version": part.version,
    }
    content = [{"part": who, "screening": screening_view(one)} for who, one in found]
    change = changed(
        customers,
        vault.subject(customer.tenant, customer.id),
        customer,
        after,
        Told(name=REOPENED, facts=facts, content={"parties": content}),
        by="monitoring",
        at=now,
        why="reopened",
    )
    commit(customers.table.client, change.writes)


def _pk(source: str, version: str) -> str:
    return f"run#{source}#{version}"
