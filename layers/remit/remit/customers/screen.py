"""The state *Screen applicant*: everybody concerned, against the lists in force."""

from collections.abc import Callable, Mapping
from typing import Any

from remit.customers.change import Told, changed
from remit.customers.parties import parties
from remit.customers.store import CustomerStore, Dossier
from remit.customers.verify import opened
from remit.kernel.errors import Contended
from remit.kernel.value import value
from remit.screening.model import Party, Screening, screening_view
from remit.store.commit import ATTEMPTS, Stale, commit, pause
from remit.vault.seal import Vault

SCREENING = "screening"


@value
class Screener:
    """How names are screened: `screen` a party for a tenant's subject, and the lists in force."""

    screen: Callable[[str, str, Party], Screening]
    current: Callable[[], Mapping[str, str]]


def screen(
    customers: CustomerStore,
    vault: Vault,
    screener: Screener,
    *,
    tenant: str,
    customer_id: str,
    now: int,
) -> str:
    """`screened` once the customer is, against the lists in force; or the state it is in, when
    there is nothing to screen any more.

    Made again, it screens only if a list has changed. Raises `CustomerNotFound`, `Contended`.
    """
    for attempt in range(ATTEMPTS):
        dossier = customers.dossier(tenant, customer_id)
        if dossier.customer.status not in ("in_review", "needs_attention"):
            return dossier.customer.status
        if is_screened(dossier, screener.current()):
            return "screened"
        try:
            _screen(customers, vault, screener, dossier, now)
        except Stale:
            pause(attempt)
    raise Contended


def is_screened(dossier: Dossier, lists: Mapping[str, str]) -> bool:
    """Whether the customer was screened against these versions of the lists."""
    section = dossier.newest(SCREENING)
    return section is not None and section.facts["lists"] == dict(lists)


def _screen(
    customers: CustomerStore, vault: Vault, screener: Screener, dossier: Dossier, now: int
) -> None:
    customer = dossier.customer
    found = [
        (part, screener.screen(customer.tenant, customer.id, party))
        for part, party in parties(opened(vault, dossier))
    ]
    if any(one.lists != found[0][1].lists for _, one in found):
        raise Stale  # a list came in force between two of them
    change = changed(
        customers,
        vault.subject(customer.tenant, customer.id),
        customer,
        customer,
        _told(found),
        by="screening",
        at=now,
        why="screened",
    )
    commit(customers.table.client, change.writes)


def _told(found: list[tuple[str, Screening]]) -> Told:
    hit = any(screening.outcome == "hit" for _, screening in found)
    facts: dict[str, Any] = {
        "outcome": "hit" if hit else "clear",
        "reasons": ["SCREENING_HIT"] if hit else [],
        "lists": dict(found[0][1].lists),
        "policy": found[0][1].policy,
        "dismissed": sum(len(screening.dismissed) for _, screening in found),
    }
    content = [{"part": part, "screening": screening_view(one)} for part, one in found]
    return Told(name=SCREENING, facts=facts, content={"parties": content})
