"""GET /payment-files/{id}: what became of a file's transactions, as JSON or as a pain.002."""

from remit.kernel.canonical import canonical_json
from remit.kernel.page import PageQuery
from remit.payments import look_file
from remit.payments.file_store import FileStore
from remit.payments.schema import FileView
from remit.payments.store import PaymentStore
from remit.runtime import clients, settings
from remit.runtime.api import Api, Reply, Request
from remit.runtime.reply import XML

api = Api("payments")


@api.get(
    "/payment-files/{id}",
    action="files.read",
    query=PageQuery,
    answers={200: FileView},
    also_xml=True,
)
def file(request: Request[None, PageQuery]) -> Reply:
    """A payment file with a page of its transactions; as XML its whole pain.002."""
    client, table = clients.dynamodb(), settings.required("PAYMENTS_TABLE")
    files, payments = FileStore.of(client, table), PaymentStore.of(client, table)
    tenant, file_id = request.caller.tenant, request.path["id"]
    if request.accepts_xml:
        report = look_file.report(files, payments, tenant, file_id, now=request.now)
        return Reply(status=200, body=report, content_type=XML)
    view = look_file.page(files, payments, tenant, file_id, request.query)
    return Reply(status=200, body=canonical_json(view))


handler = api.handler
