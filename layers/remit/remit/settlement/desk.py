"""What settling needs of others: the ledger, who we are, who settles for us, and our line there."""

from collections.abc import Mapping

from remit.kernel.value import value
from remit.ledger.chart import CHART, house_account_id, shard_id, shards_ever
from remit.ledger.store import Ledger
from remit.settlement.kept import Kept
from remit.settlement.moves import Books
from remit.settlement.store import SettlementStore


@value
class Desk:
    """Where windows are settled. `ours` and `agent` are our BIC and the settlement bank's.

    `lines` is by currency how far our account there may go below zero, in minor units.
    """

    store: SettlementStore
    ledger: Ledger
    ours: str
    agent: str
    lines: Mapping[str, int]

    def books(self, kept: Kept, *, at: int) -> Books:
        """Where the window is booked: on shards that its id decides on."""

        def account(name: str) -> str:
            window = kept.window
            return house_account_id(
                name, currency=window.currency, cause=window.id, at=window.opens_at
            )

        return Books(
            tenant=kept.tenant,
            ours=self.ours,
            settlement=account("settlement"),
            nostro=account("nostro"),
            by="settlement",
            at=at,
        )

    def available(self, tenant: str, currency: str) -> int:
        """What may be paid from our account at the settlement bank, in minor units.

        That is what lies there by our books, and the line. The nostro is the bank's debt to us, so
        its debits are what we have.
        """
        posted = sum(
            self.ledger.account(
                tenant, shard_id(CHART["nostro"].name, currency=currency, shard=each)
            ).posted
            for each in range(shards_ever())
        )
        return self.lines.get(currency, 0) - posted
