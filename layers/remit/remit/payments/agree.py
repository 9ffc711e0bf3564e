"""Does each payment's status agree with the ledger's transfers? In linear time."""

from collections.abc import Iterable, Iterator

from remit.kernel.ids import derive
from remit.ledger.finding import Finding
from remit.ledger.items import transfer_of
from remit.ledger.model import between
from remit.ledger.verify import verify
from remit.payments.model import Payment
from remit.payments.store import payment_of
from remit.store.item import Item, text
from remit.store.table import Table

_READINGS = 3


def findings(ledger: Table, payments: Table) -> list[Finding]:
    """What is wrong in both tables as they stand.

    A table is not read in one moment, so a transfer made meanwhile may be seen in part. Such a
    finding is gone in the next reading: only what is found in all of several counts.
    """
    lasting: list[Finding] = []
    for reading in range(_READINGS):
        # Payments first: what is completed then has its transfer in the ledger by now.
        paid, items = list(payments.scan()), list(ledger.scan())
        found = verify(items) + disagreements(paid, items)
        lasting = found if reading == 0 else [one for one in lasting if one in found]
        if not lasting:
            break
    return lasting


def disagreements(payments: Iterable[Item], ledger: Iterable[Item]) -> list[Finding]:
    """What of the payments' table and the ledger's do not fit, the earliest first."""
    moved = {
        text(item, "pk"): item
        for item in ledger
        if item["sk"] == "transfer" and text(item, "why").startswith("payment ")
    }
    found: list[Finding] = []
    for item in payments:
        if item["sk"] == "payment":
            payment = payment_of(item)
            found += _payment(
                payment,
                text(item, "status"),
                moved.pop(f"{payment.tenant}#{derive('tr', payment.id, 'post')}", None),
            )
    found += [Finding(fault="transfer_without_payment", where=f"{pk} transfer") for pk in moved]
    return sorted(found, key=lambda one: (one.at == 0, one.at, one.where, one.fault))


def _payment(payment: Payment, status: str, moved: Item | None) -> Iterator[Finding]:
    where, at = f"{payment.tenant}#{payment.id} payment", payment.created_at
    if status != payment.status:
        yield Finding(fault="payment_status_wrong", where=where, at=at)
    if (status == "completed") != (moved is not None):
        fault = "payment_without_transfer" if moved is None else "payment_not_completed"
        yield Finding(fault=fault, where=where, at=at)
    if moved is not None:
        transfer = transfer_of(moved)
        legs = between(payment.debtor_account, payment.creditor_account, payment.amount)
        if set(transfer.legs) != set(legs) or transfer.currency != payment.currency:
            yield Finding(fault="payment_differs", where=where, at=at)
