"""POST /payment-files: take in a pain.001."""

from remit.payments.accept_file import accept_file
from remit.payments.file_store import FileStore
from remit.payments.schema import AcceptedFileView
from remit.runtime import clients, objects, settings
from remit.runtime.api import Api, Request
from remit.runtime.reply import XML
from remit.store.idempotency import Answer
from remit.store.table import Table

api = Api("payments")


@api.post("/payment-files", action="files.submit", raw=XML, answers={202: AcceptedFileView})
def accept(request: Request) -> Answer:
    """Take in a pain.001.001.03 or .09; each of its transactions becomes a payment."""
    client = clients.dynamodb()
    return accept_file(
        FileStore.of(client, settings.required("PAYMENTS_TABLE")),
        Table(client=client, name=settings.required("IDEMPOTENCY_TABLE")),
        objects.Bucket(settings.required("FILES_BUCKET")).put,
        request.command,
        request.raw,
    )


handler = api.handler
