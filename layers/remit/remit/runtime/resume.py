"""What came of what rails have said, for whoever sees to it that something does."""

from remit.ledger.store import Ledger
from remit.payments.incoming_store import IncomingStore
from remit.payments.recalls import RecallStore
from remit.payments.store import PaymentStore
from remit.payments.sweep import Said
from remit.runtime import clients, settings
from remit.runtime.rail_messages import messages


def said() -> Said:
    """Where it stands what has come of what rails have said."""
    client, table = clients.dynamodb(), settings.required("PAYMENTS_TABLE")
    return Said(
        messages=messages(),
        payments=PaymentStore.of(client, table),
        incoming=IncomingStore.of(client, table),
        recalls=RecallStore.of(client, table),
        ledger=Ledger.of(client, settings.required("LEDGER_TABLE")),
    )
