"""Screen one party against the lists in force."""

from remit.screening.index import Index
from remit.screening.model import Party, Screening
from remit.screening.policy import POLICY, Policy
from remit.screening.store import ScreeningStore


def screen(
    store: ScreeningStore,
    tenant: str,
    subject: str | None,
    party: Party,
    *,
    at: int,
    policy: Policy = POLICY,
    index: Index | None = None,
) -> Screening:
    """The hits of `party` on the lists in force, or on `index` where given.

    What was cleared for `subject` is named as dismissed, until the entry's hash differs. Raises
    `UnscreenableName` and `NoListInForce`: neither is ever clear.
    """
    searched = store.index() if index is None else index
    found = searched.search(party, policy)
    cleared = store.dispositions(tenant, subject) if found and subject is not None else frozenset()
    hits = tuple(hit for hit in found if (hit.source, hit.entry_id, hit.entry_hash) not in cleared)
    return Screening(
        outcome="hit" if hits else "clear",
        hits=hits,
        lists=dict(searched.versions),
        policy=policy.version,
        dismissed=tuple((hit.source, hit.entry_id) for hit in found if hit not in hits),
        at=at,
    )
