"""GET /payees/address-report: stored payees whose address would be refused now."""

from remit.kernel.canonical import canonical_json
from remit.ledger.store import Ledger
from remit.payments.orders import OrderStore
from remit.payments.report_addresses import ReportDesk, report
from remit.payments.schema import AddressReportQuery, AddressReportView
from remit.payments.store import PaymentStore
from remit.runtime import clients, settings
from remit.runtime.api import Api, Reply, Request
from remit.runtime.vault import vault

api = Api("payments")


def _desk() -> ReportDesk:
    client, table = clients.dynamodb(), settings.required("PAYMENTS_TABLE")
    return ReportDesk(
        payments=PaymentStore.of(client, table),
        orders=OrderStore.of(client, table),
        ledger=Ledger.of(client, settings.required("LEDGER_TABLE")),
        vault=vault,
    )


@api.get(
    "/payees/address-report",
    action="payees.report",
    query=AddressReportQuery,
    answers={200: AddressReportView},
)
def refused(request: Request[None, AddressReportQuery]) -> Reply:
    """Payees of payments that left the house whom the gate for addresses would refuse now."""
    view = report(_desk(), request.caller.tenant, request.query, now=request.now)
    return Reply(status=200, body=canonical_json(view))


handler = api.handler
