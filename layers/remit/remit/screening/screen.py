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

    What was cleared for `subject` is named as dismissed, until the entry's hash differs.
    """
    raise NotImplementedError
