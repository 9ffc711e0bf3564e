"""What the machine's steps work with: the table, the bucket, the ledger, the payments."""

from collections.abc import Callable

from remit.kernel.value import value
from remit.reconciliation.books import Shelves
from remit.reconciliation.records import Looked, looked_of, result_of
from remit.reconciliation.result import Result
from remit.reconciliation.runs import Run
from remit.reconciliation.store import ReconciliationStore, RunElsewhere
from remit.settlement.store import SettlementStore
from remit.store.commit import commit
from remit.store.write import Write


@value
class Desk:
    """Where runs are worked off. `keep` and `fetch` store and give bytes under a key."""

    store: ReconciliationStore
    keep: Callable[[str, bytes], None]
    fetch: Callable[[str], bytes]

    def looked(self, run: Run) -> Looked:
        """What a run looked at; it has been read."""
        return looked_of(self.fetch(run.input_key))

    def result(self, run: Run) -> Result:
        """What a run found; it has been matched."""
        return result_of(self.fetch(run.result_key))

    def take(self, run: Run, writes: list[Write]) -> Run:
        """The run after `writes`, or as somebody else has brought it further meanwhile."""
        try:
            commit(self.store.table.client, writes)
        except RunElsewhere:
            return self.store.get(run.tenant, run.id)
        return self.store.get(run.tenant, run.id)


@value
class LedgerDesk(Desk):
    """The same, where our own side is read, too."""

    shelves: Shelves
    settlement: SettlementStore
