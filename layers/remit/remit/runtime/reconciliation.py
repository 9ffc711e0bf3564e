"""Reconciliation as the function's settings describe it: table, bucket, machine."""

from remit.ledger.store import Ledger
from remit.payments.incoming_store import IncomingStore
from remit.payments.store import PaymentStore
from remit.reconciliation.books import Shelves
from remit.reconciliation.desk import Desk, LedgerDesk
from remit.reconciliation.handle import BreakDesk
from remit.reconciliation.store import ReconciliationStore, Waiting
from remit.runtime import clients, machine, objects, settings, settlement
from remit.store.table import Table


def store() -> ReconciliationStore:
    """The table of reconciliation."""
    return ReconciliationStore.of(clients.dynamodb(), settings.required("RECONCILIATION_TABLE"))


def desk() -> Desk:
    """Where runs are worked off."""
    bucket = objects.Bucket(settings.required("FILES_BUCKET"))
    return Desk(store=store(), keep=bucket.put, fetch=bucket.get)


def ledger_desk() -> LedgerDesk:
    """Where runs are worked off, with our own side."""
    bucket, client = objects.Bucket(settings.required("FILES_BUCKET")), clients.dynamodb()
    return LedgerDesk(
        store=store(),
        keep=bucket.put,
        fetch=bucket.get,
        shelves=Shelves(
            ledger=Ledger.of(client, settings.required("LEDGER_TABLE")),
            payments=PaymentStore.of(client, settings.required("PAYMENTS_TABLE")),
            incoming=IncomingStore.of(client, settings.required("PAYMENTS_TABLE")),
            ours=settlement.ours(),
        ),
        settlement=settlement.store(),
    )


def break_desk() -> BreakDesk:
    """Where people work on breaks."""
    return BreakDesk(
        store=store(),
        ledger=Ledger.of(clients.dynamodb(), settings.required("LEDGER_TABLE")),
        idempotency=idempotency(),
    )


def idempotency() -> Table:
    """The table of answers."""
    return Table(client=clients.dynamodb(), name=settings.required("IDEMPOTENCY_TABLE"))


def begin(tenant: str, run: str, *, request_id: str) -> None:
    """Start a run's machine under its id; what is lost here, the sweep finds."""
    machine.begin(
        settings.required("RECONCILIATION_MACHINE_ARN"),
        name=run,
        content={"id": run, "tenant": tenant, "request_id": request_id},
    )


def begin_again(one: Waiting, *, at: int) -> None:
    """Start the machine of a run that waits, under a name of this hour's."""
    machine.begin(
        settings.required("RECONCILIATION_MACHINE_ARN"),
        name=f"{one.run}-{at}",
        content={"id": one.run, "tenant": one.tenant, "request_id": f"sweep-{one.run}"},
    )
