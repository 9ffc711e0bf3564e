"""Looking at a payment file: what became of its transactions, as JSON or as a pain.002."""

from collections.abc import Iterator
from decimal import Decimal

from remit.kernel.page import InvalidCursor, PageQuery, cursor, position
from remit.payments.accept_file import file_view
from remit.payments.file_model import FileItem, PaymentFile
from remit.payments.file_store import FileStore
from remit.payments.model import REASONS, Payment, Status
from remit.payments.store import PaymentStore
from remit.rails.iso20022 import pain002
from remit.rails.iso20022.initiation import FileHeader

_AT_ONCE = 100

_REPORTED: dict[Status, pain002.Status] = {
    "received": "ACTC",
    "screening": "ACTC",
    "in_review": "PDNG",
    "reserved": "ACTC",
    "submitted": "ACSP",
    "unknown": "ACSP",
    "returned": "ACSC",
    "completed": "ACSC",
    "declined": "RJCT",
    "cancelled": "CANC",
}
"""The pain.002 status of a payment's transaction."""


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
        "items": [_item_view(item, paid) for item, paid in _with_payments(payments, file, found)],
        "next_cursor": cursor(scope, {"after": last} if last is not None else None),
    }


def report(
    files: FileStore, payments: PaymentStore, tenant: str, file_id: str, *, now: int
) -> bytes:
    """The pain.002 on all transactions that have been worked off. Raises `FileNotFound`."""
    file = files.get(tenant, file_id)
    header = FileHeader(
        message=file.message,
        message_id=file.message_id,
        created_at=file.message_created_at,
        item_count=file.item_count,
        control_sum=None if file.control_sum is None else Decimal(file.control_sum),
        initiating_party=file.initiating_party,
    )
    statuses = [_item_status(item, paid) for item, paid in _results(files, payments, file)]
    return pain002.report(header, statuses, message_id=file.id, created_at=now)


def _results(
    files: FileStore, payments: PaymentStore, file: PaymentFile
) -> Iterator[tuple[FileItem, Payment | None]]:
    after: int | None = 0
    while after is not None:
        found, after = files.items(file, after=after, limit=_AT_ONCE)
        yield from _with_payments(payments, file, found)


def _item_status(item: FileItem, payment: Payment | None) -> pain002.ItemStatus:
    reason = payment.history[-1].reason if payment else item.reason
    return pain002.ItemStatus(
        payment_information_id=item.payment_information_id,
        end_to_end_id=item.end_to_end_id,
        instruction_id=item.instruction_id,
        uetr=item.uetr,
        amount=item.amount,
        currency=item.currency,
        status=_REPORTED[payment.status] if payment else "RJCT",
        reference=item.payment_id,
        reason=reason,
        detail=REASONS.get(reason) if reason else None,
    )


def _with_payments(
    payments: PaymentStore, file: PaymentFile, items: list[FileItem]
) -> list[tuple[FileItem, Payment | None]]:
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
