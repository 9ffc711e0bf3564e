"""Looking at a payment file: what became of its transactions, as JSON or as a pain.002."""

from collections.abc import Iterator

from remit.kernel.page import InvalidCursor, PageQuery, cursor, position
from remit.payments.accept_file import file_view
from remit.payments.file_model import FileItem, PaymentFile
from remit.payments.file_store import FileStore
from remit.payments.model import Payment
from remit.payments.store import PaymentStore

_AT_ONCE = 100


def page(
    files: FileStore, payments: PaymentStore, tenant: str, file_id: str, asked: PageQuery
) -> dict[str, object]:
    """The file with a page of its transactions (`schema.FileView`).

    Transactions appear as they are worked off. Raises `FileNotFound` or `InvalidCursor`.
    """
    file = files.get(tenant, file_id)
    scope = f"file {file_id}"
    after = _after(scope, asked.cursor)
    found, last = files.items(file, after=after, limit=asked.limit)
    return file_view(file) | {
        "items": [_item_view(item, paid) for item, paid in with_payments(payments, file, found)],
        "next_cursor": cursor(scope, {"after": last} if last is not None else None),
    }


def results(
    files: FileStore, payments: PaymentStore, file: PaymentFile
) -> Iterator[tuple[FileItem, Payment | None]]:
    """Every transaction that was worked off, in order, with the payment that it became."""
    after: int | None = 0
    while after is not None:
        found, after = files.items(file, after=after, limit=_AT_ONCE)
        yield from with_payments(payments, file, found)


def with_payments(
    payments: PaymentStore, file: PaymentFile, items: list[FileItem]
) -> list[tuple[FileItem, Payment | None]]:
    """Each of `items` with the payment that it became, as last committed."""
    ids = [item.payment_id for item in items if item.payment_id is not None]
    paid = payments.many(file.tenant, ids)
    return [(item, paid.get(item.payment_id or "")) for item in items]


def _item_view(item: FileItem, payment: Payment | None) -> dict[str, object]:
    return {
        "position": item.position,
        "payment_information_id": item.payment_information_id,
        "end_to_end_id": item.end_to_end_id,
        "amount": item.amount,
        "currency": item.currency,
        "payment_id": item.payment_id,
        "status": payment.status if payment else "rejected",
        "reason": payment.history[-1].reason if payment else item.reason,
    }


def _after(scope: str, text: str | None) -> int:
    found = position(scope, text)
    if found is None:
        return 0
    after = found.get("after")
    if not isinstance(after, int) or after < 0:
        raise InvalidCursor
    return after
