"""Which stored payees the gate for addresses would refuse now, and for which elements.

Payees are stored with the orders of payments that left the house, sealed; those are opened page by
page, along the tenant's accounts. Of an address is said only which of its elements are at fault.
"""

from collections import Counter
from collections.abc import Callable, Iterator, Mapping, Sequence
from datetime import date
from typing import TYPE_CHECKING

from remit.kernel.clock import rfc3339
from remit.kernel.ids import is_id
from remit.kernel.page import InvalidCursor, Position, cursor, position
from remit.kernel.value import value
from remit.ledger.store import Ledger
from remit.payments.look import index_key
from remit.payments.model import Payment
from remit.payments.orders import OrderStore
from remit.payments.schema import AddressReportQuery
from remit.payments.store import PaymentStore
from remit.rails import address
from remit.rails.address import AddressVerdict, Form
from remit.rails.capability import SCHEMES
from remit.store.item import Item, text
from remit.vault.model import SubjectErased

if TYPE_CHECKING:
    from remit.vault.seal import Vault

MOST_ACCOUNTS = 25
"""How many accounts one page looks into; most have no payments that left the house."""

_SCOPE = "address report"


@value
class ReportDesk:
    """What the report reads."""

    payments: PaymentStore
    orders: OrderStore
    ledger: Ledger
    vault: "Callable[[], Vault]"


@value
class Place:
    """How far a report is: within an account after a payment of the index, or after the account."""

    account: str
    created: str | None = None


def report(
    desk: ReportDesk, tenant: str, asked: AddressReportQuery, *, now: int
) -> dict[str, object]:
    """A page of the tenant's payees that would be refused (`schema.AddressReportView`).

    At most `limit` payments are looked at for it, so a page may be short, or empty, before the
    end. A payee is on a page once, and may be on several. Raises `InvalidCursor`.
    """
    payments, place = _payments(desk, tenant, _place(asked.cursor), asked.limit)
    outside = [payment for payment in payments if payment.is_outside]
    today = date.fromisoformat(rfc3339(now)[:10])
    forms: Counter[Form] = Counter()
    refused: dict[str, dict[str, object]] = {}
    erased = 0
    for payment, verdict in _verdicts(desk, outside, today):
        if verdict is None:
            erased += 1
            continue
        forms[verdict.form] += 1
        if not verdict.passes:
            refused.setdefault(payment.creditor_account, _view(payment, verdict))
    return {
        "items": list(refused.values()),
        "looked_at": len(outside),
        "forms": dict(forms),
        "erased": erased,
        "rules_on": today.isoformat(),
        "next_cursor": cursor(_SCOPE, _position(place)),
    }


def _verdicts(
    desk: ReportDesk, payments: Sequence[Payment], today: date
) -> Iterator[tuple[Payment, AddressVerdict | None]]:
    """Each payment's creditor before the gate; None where they have been erased."""
    orders = desk.orders.many([payment.uetr or "" for payment in payments])
    for payment, order in zip(payments, orders, strict=True):
        if order is None:
            raise LookupError("the payment has no order")
        try:
            creditor = order.opened(desk.vault()).creditor
        except SubjectErased:
            yield payment, None
        else:
            yield (
                payment,
                address.judge(creditor.address, rule=SCHEMES[payment.rail].address, on=today),
            )


def _payments(
    desk: ReportDesk, tenant: str, place: Place | None, limit: int
) -> tuple[list[Payment], Place | None]:
    """Up to `limit` payments from `place` on, along the accounts, and where to go on."""
    found: list[Payment] = []
    accounts, ended = _accounts(desk.ledger, tenant, place)
    for account in accounts:
        created = place.created if place and place.account == account else None
        page, next_key = desk.payments.page(
            tenant,
            account,
            created_from=0,
            limit=limit - len(found),
            start=index_key(tenant, account, created) if created else None,
        )
        found += page
        if next_key is not None:
            return found, Place(account=account, created=text(next_key, "created_key"))
        if len(found) == limit:
            return found, Place(account=account)
    return found, None if ended else Place(account=accounts[-1])


def _accounts(ledger: Ledger, tenant: str, place: Place | None) -> tuple[list[str], bool]:
    """The accounts to look into, and whether they are the last ones."""
    start: Item | None = None
    if place is not None:
        start = {"pk": f"{tenant}#accounts", "sk": place.account}
    page = ledger.accounts(tenant, limit=MOST_ACCOUNTS, start=start)
    accounts = [text(item, "sk") for item in page.items]
    if place is not None and place.created is not None:
        accounts = [place.account, *accounts]
    return accounts, page.next_key is None


def _view(payment: Payment, verdict: AddressVerdict) -> dict[str, object]:
    return {
        "token": payment.creditor_account,
        "account": payment.creditor_masked,
        "country": payment.creditor_country,
        "rail": payment.rail,
        "payment_id": payment.id,
        "form": verdict.form,
        "faults": [{"element": each.element, "detail": each.what} for each in verdict.faults],
    }


def _position(place: Place | None) -> dict[str, Position] | None:
    if place is None:
        return None
    found: dict[str, Position] = {"account": place.account}
    return found | ({"created": place.created} if place.created else {})


def _place(given: str | None) -> Place | None:
    found: Mapping[str, Position] | None = position(_SCOPE, given)
    if found is None:
        return None
    account, created = found.get("account"), found.get("created")
    if not isinstance(account, str) or not is_id("acc", account):
        raise InvalidCursor
    if created is not None and not isinstance(created, str):
        raise InvalidCursor
    return Place(account=account, created=created)
