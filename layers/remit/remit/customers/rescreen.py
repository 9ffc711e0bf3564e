"""Monitoring: when a list changes, everybody is screened against what is new in it.

A run goes through the directory of everybody in slices, one message each. A slice leaves a record
of what it found, so that a message that comes twice changes nothing, and `runs` can add them up.

| pk | sk | what |
|---|---|---|
| `run#<version>` | `<source>#<shard>#<after>` | a slice that is done, and what it found by tenant |

Only who resembles something new is touched, and once for each entry as it stands. Who had come to
an end of onboarding needs attention then; who is on the way is screened anew before its accounts
are opened, since the lists have changed by then.
"""

from collections.abc import Callable, Mapping
from dataclasses import replace
from typing import Literal

from remit.customers.change import Told, changed, stepped
from remit.customers.decide import REOPENED, raised
from remit.customers.parties import parties
from remit.customers.screen import SCREENING
from remit.customers.store import SHARDS, CustomerStore, Dossier, slice_key
from remit.customers.verify import opened
from remit.kernel.errors import Contended
from remit.kernel.value import value
from remit.screening.model import Hit, Party, Screening, screening_view
from remit.store.commit import ATTEMPTS, Stale, commit, pause
from remit.store.item import Item, text
from remit.store.write import put
from remit.vault.model import SubjectErased
from remit.vault.seal import Vault

SLICE = 50
"""Customers that one message is for."""

_LISTED = ("active", "needs_attention", "in_review")

Found = Literal["clear", "hit", "reopened"]
Who = list[tuple[str, Screening]]
"""Everybody concerned, by their part, with what was found."""

Screen = Callable[[str, str, Party], Screening]
"""Screens a party for a tenant's customer against the changed entries alone."""


@value
class Slice:
    """A part of a run: the customers of `shard` that come after `after`."""

    source: str
    version: str
    shard: int
    after: str = ""


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
    tallies: dict[str, dict[str, int]] = {}
    for item in page.items:
        tenant, _, customer_id = text(item, "sk").rpartition("#")
        found = _rescreen(customers, vault, screen, part, tenant, customer_id, now)
        tally = tallies.setdefault(tenant, {"seen": 0, "hit": 0, "reopened": 0})
        tally["seen"] += 1
        tally["hit"] += found != "clear"
        tally["reopened"] += found == "reopened"
    last = text(page.items[-1], "sk") if page.items and page.next_key else None
    commit(customers.table.client, [put(customers.table.name, _done(part, tallies, last, now))])
    return replace(part, after=last) if last else None


def _done(
    part: Slice, tallies: Mapping[str, Mapping[str, int]], last: str | None, now: int
) -> Item:
    place = f"{part.source}#{part.shard:02d}#{part.after}"
    done: Item = {
        "source": part.source,
        "tallies": {tenant: dict(tally) for tenant, tally in tallies.items()},
        "is_last": last is None,
        "at": now,
        "by": "monitoring",
        "why": "list changed",
    }
    return slice_key(part.version, place) | done


def _rescreen(
    customers: CustomerStore,
    vault: Vault,
    screen: Screen,
    part: Slice,
    tenant: str,
    customer_id: str,
    now: int,
) -> Found:
    for attempt in range(ATTEMPTS):
        dossier = customers.dossier(tenant, customer_id)
        customer = dossier.customer
        if customer.status not in _LISTED or customer.erasing_at is not None:
            return "clear"
        try:
            found = [
                (who, screen(tenant, customer_id, party))
                for who, party in parties(opened(vault, dossier))
            ]
            hits = [hit for _, screening in found for hit in screening.hits]
            if not hits or _was_reopened(dossier, part):
                return "reopened" if hits else "clear"
            return _raise(customers, vault, dossier, part, found, hits, now)
        except SubjectErased:
            return "clear"
        except Stale:
            pause(attempt)
    raise Contended


def _was_reopened(dossier: Dossier, part: Slice) -> bool:
    mine = {"source": part.source, "version": part.version}
    return any(
        section.name == REOPENED and mine.items() <= section.facts.items()
        for section in dossier.sections
    )


def _raise(
    customers: CustomerStore,
    vault: Vault,
    dossier: Dossier,
    part: Slice,
    found: Who,
    hits: list[Hit],
    now: int,
) -> Found:
    """Do what the hits call for; `Stale` when the customer has moved meanwhile."""
    customer = dossier.customer
    if customer.status == "in_review":
        if dossier.newest(SCREENING) is not None:
            # Whoever is opening its accounts at this moment has to look at the lists once more.
            touched = customers.change(
                customer, customer, by="monitoring", at=now, why="list changed"
            )
            commit(customers.table.client, [touched])
        return "hit"
    if customer.status == "needs_attention":
        known = raised(vault.subject(customer.tenant, customer.id), dossier)
        if {_as_it_stands(hit) for hit in hits} <= {_as_it_stands(hit) for hit in known}:
            return "hit"
    _reopen(customers, vault, dossier, part, found, now)
    return "reopened"


def _as_it_stands(hit: Hit) -> tuple[str, str, str]:
    return hit.source, hit.entry_id, hit.entry_hash


def _reopen(
    customers: CustomerStore, vault: Vault, dossier: Dossier, part: Slice, found: Who, now: int
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
