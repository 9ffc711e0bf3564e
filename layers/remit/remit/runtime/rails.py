"""The rails as the function's settings describe them, for those who need the vault as well."""

from remit.customers.look import name_of
from remit.kernel import clock
from remit.ledger.store import Ledger
from remit.payees.store import PayeeStore
from remit.payments.incoming_recalls import AskedBackStore
from remit.payments.incoming_store import IncomingStore
from remit.payments.orders import OrderStore
from remit.payments.outside import Outside
from remit.payments.rail_desk import RailDesk
from remit.payments.receive import InDesk
from remit.payments.start import Start
from remit.payments.store import PaymentStore
from remit.payments.take_in import Books
from remit.runtime import clients, lines, outcome, settings
from remit.runtime.customers import customers
from remit.runtime.rail_messages import messages
from remit.runtime.screening import screening
from remit.runtime.settlement_answers import hand_on
from remit.runtime.vault import vault
from remit.screening.model import Party, PartyKind
from remit.screening.names import UnscreenableName
from remit.screening.screen import screen
from remit.store.table import Table

KINDS: tuple[PartyKind, ...] = ("person", "business")


def outside() -> Outside:
    """What accepting a payment that leaves the house needs."""
    return Outside(
        vault=vault,
        orders=_orders(),
        bic=settings.required("BIC"),
        connected=frozenset(lines.connected()),
        screen=listed,
        holder=lambda tenant, customer: name_of(customers(), vault(), tenant, customer),
        sandbox=settings.flag("SANDBOX"),
        lookups=_lookups,
    )


def opened(key: str) -> bytes:
    """The message kept under that key, as it came. Raises `SubjectErased`."""
    return messages().get(key).opened(vault())


def suspect(tenant: str, name: str) -> str | None:
    """What stands against a name in another bank's payment: a listed entry that it is like.

    A name that cannot be compared with any is not clear either.
    """
    try:
        return listed(tenant, name)
    except UnscreenableName:
        return "unscreenable"


def listed(tenant: str, name: str) -> str | None:
    """The entry that a name is like most, of persons and of businesses: which we do not know."""
    found = [
        hit
        for kind in KINDS
        for hit in screen(
            screening(), tenant, None, Party(name=name, kind=kind), at=clock.now()
        ).hits
    ]
    best = max(found, key=lambda hit: hit.score, default=None)
    return f"{best.source}/{best.entry_id} {best.score} {best.list_version}" if best else None


def desk() -> RailDesk:
    """Where messages go out to rails."""
    client = clients.dynamodb()
    return RailDesk(
        payments=PaymentStore.of(client, settings.required("PAYMENTS_TABLE")),
        orders=_orders(),
        ledger=Ledger.of(client, settings.required("LEDGER_TABLE")),
        vault=vault(),
        lines=lines.lines(),
    )


def in_desk(*, request_id: str) -> InDesk:
    """Where messages of rails come in, for one request."""
    client, table = clients.dynamodb(), settings.required("PAYMENTS_TABLE")
    books = Books(
        orders=_orders(),
        incoming=IncomingStore.of(client, table),
        recalls=AskedBackStore.of(client, table),
        numbers=Table(client=client, name=settings.required("LEDGER_TABLE")),
    )
    return InDesk(
        messages=messages(),
        books=books,
        vault=vault(),
        keys={rail: lines.keys(rail, "theirs") for rail in lines.connected()},
        start=lambda start: _started(start, request_id),
        watch=lambda starts: outcome.watch(starts, request_id=request_id),
        settle=hand_on,
    )


def _started(start: Start, request_id: str) -> bool:
    return outcome.begin(start, request_id=request_id)


def _lookups() -> PayeeStore:
    return PayeeStore.of(clients.dynamodb(), settings.required("PAYEES_TABLE"))


def _orders() -> OrderStore:
    return OrderStore.of(clients.dynamodb(), settings.required("PAYMENTS_TABLE"))
