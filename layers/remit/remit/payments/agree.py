"""Does each payment's status agree with the ledger's transfers? Pure, in linear time."""

from collections.abc import Iterable, Iterator

from remit.kernel.ids import derive
from remit.ledger.items import transfer_of
from remit.ledger.model import between
from remit.ledger.verify import Finding
from remit.payments.model import Payment
from remit.payments.store import payment_of
from remit.store.item import Item, text


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
