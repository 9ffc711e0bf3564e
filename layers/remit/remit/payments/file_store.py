"""Payment files in the payments table; their bytes are kept in a bucket.

| pk | sk | what |
|---|---|---|
| `<tenant>#<file id>` | `file` | the file |
| `<tenant>#<file id>` | `item#00000001`… | one transaction, and what it became |
"""

from typing import TYPE_CHECKING, cast

from remit.kernel.ids import is_id
from remit.kernel.value import value
from remit.payments.file_model import FileItem, FileNotFound, FileStatus, PaymentFile
from remit.store.commit import Stale
from remit.store.item import Item, integer, text
from remit.store.table import Table
from remit.store.write import Write, put, put_new, update

if TYPE_CHECKING:
    from mypy_boto3_dynamodb import DynamoDBClient

_FILE_TEXTS = ("message", "message_id", "message_created_at", "digest", "by")
_FILE_OPTIONAL = ("initiating_party", "control_sum")
_ITEM_TEXTS = ("payment_information_id", "end_to_end_id", "amount", "currency")
_ITEM_OPTIONAL = ("instruction_id", "uetr", "payment_id", "reason")


@value
class FileStore:
    """The payment files in the payments table."""

    table: Table

    @classmethod
    def of(cls, client: "DynamoDBClient", table_name: str) -> "FileStore":
        """The store kept in the table of that name."""
        return cls(table=Table(client=client, name=table_name))

    def find(self, tenant: str, file_id: str) -> PaymentFile | None:
        """The file as last committed, or None."""
        item = self.table.get(_key(tenant, file_id)) if is_id("file", file_id) else None
        return _file_of(item) if item else None

    def get(self, tenant: str, file_id: str) -> PaymentFile:
        """The file as last committed. Raises `FileNotFound`."""
        found = self.find(tenant, file_id)
        if found is None:
            raise FileNotFound
        return found

    def create(self, file: PaymentFile) -> Write:
        """Put a new file; `Stale` when another upload of it came first."""
        item: Item = {name: getattr(file, name) for name in _FILE_TEXTS}
        item |= _key(file.tenant, file.id) | {
            "items": file.item_count,
            "status": file.status,
            "at": file.at,
            "why": "file received",
        }
        for name in _FILE_OPTIONAL:
            if (content := getattr(file, name)) is not None:
                item[name] = content
        return put_new(self.table.name, item, exists=lambda _: Stale())

    def finish(self, file: PaymentFile, *, at: int) -> Write:
        """Mark the file as worked off; `Stale` when that has been done."""
        return update(
            self.table.name,
            _key(file.tenant, file.id),
            set_to={"status": "processed", "processed_at": at},
            only_if={"status": "received"},
            failed=lambda _: Stale(),
        )

    def put_item(self, file: PaymentFile, entry: FileItem, *, at: int) -> Write:
        """Keep what became of one transaction; the same again changes nothing."""
        item: Item = {name: getattr(entry, name) for name in _ITEM_TEXTS}
        for name in _ITEM_OPTIONAL:
            if (content := getattr(entry, name)) is not None:
                item[name] = content
        key = {"pk": f"{file.tenant}#{file.id}", "sk": _item_key(entry.position)}
        return put(self.table.name, item | key | {"at": at, "by": file.by, "why": file.id})

    def last_position(self, file: PaymentFile) -> int:
        """The position of the last transaction that was worked off, 0 when none was."""
        page = self.table.query(
            f"{file.tenant}#{file.id}", above="item#", newest_first=True, limit=1
        )
        return _position(page.items[0]) if page.items else 0

    def items(
        self, file: PaymentFile, *, after: int, limit: int
    ) -> tuple[list[FileItem], int | None]:
        """Transactions after that position, in order, and the position to continue after."""
        page = self.table.query(f"{file.tenant}#{file.id}", above=_item_key(after), limit=limit)
        found = [_item_of(item) for item in page.items]
        return found, found[-1].position if found and page.next_key else None


def _key(tenant: str, file_id: str) -> Item:
    return {"pk": f"{tenant}#{file_id}", "sk": "file"}


def _item_key(position: int) -> str:
    return f"item#{position:08d}"


def _position(item: Item) -> int:
    return int(text(item, "sk").removeprefix("item#"))


def _file_of(item: Item) -> PaymentFile:
    tenant, _, file_id = text(item, "pk").partition("#")
    return PaymentFile(
        id=file_id,
        tenant=tenant,
        message=text(item, "message"),
        message_id=text(item, "message_id"),
        message_created_at=text(item, "message_created_at"),
        **{name: text(item, name) if name in item else None for name in _FILE_OPTIONAL},
        digest=text(item, "digest"),
        item_count=integer(item, "items"),
        at=integer(item, "at"),
        by=text(item, "by"),
        status=cast(FileStatus, text(item, "status")),
    )


def _item_of(item: Item) -> FileItem:
    optional = {name: text(item, name) if name in item else None for name in _ITEM_OPTIONAL}
    return FileItem(
        position=_position(item),
        payment_information_id=text(item, "payment_information_id"),
        end_to_end_id=text(item, "end_to_end_id"),
        amount=text(item, "amount"),
        currency=text(item, "currency"),
        **optional,
    )
