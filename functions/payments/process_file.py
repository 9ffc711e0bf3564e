"""The files queue: make a payment of each transaction of a file."""

from remit.kernel import clock
from remit.ledger.store import Ledger
from remit.payments.file_store import FileStore
from remit.payments.initiate import Desk
from remit.payments.process_file import FileDesk, process_file
from remit.payments.store import PaymentStore
from remit.runtime import clients, machine, objects, settings
from remit.runtime.batch import Message, queue
from remit.runtime.outside import outside
from remit.store.table import Table

_RESERVE = 30 * clock.SECOND


@queue("payments", "Process file")
def handler(message: Message) -> None:
    """Work the file off, or as much of it as there is time for."""
    client, tenant = clients.dynamodb(), message.body["tenant"]
    table, arn = settings.required("PAYMENTS_TABLE"), settings.required("PAYMENT_MACHINE_ARN")
    desk = Desk(
        payments=PaymentStore.of(client, table),
        ledger=Ledger.of(client, settings.required("LEDGER_TABLE")),
        idempotency=Table(client=client, name=settings.required("IDEMPOTENCY_TABLE")),
        start=machine.starter(arn, request_id=message.body["request_id"]),
        outside=outside,
    )
    at_desk = FileDesk(
        files=FileStore.of(client, table),
        desk=desk,
        fetch=objects.Bucket(settings.required("FILES_BUCKET")).get,
        time_is_short=lambda: clock.now() > message.deadline - _RESERVE,
    )
    process_file(at_desk, tenant=tenant, file_id=message.body["id"], now=clock.now)
