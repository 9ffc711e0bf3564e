"""Recalls in the payments table, and the clock that they are under.

| pk | sk | what |
|---|---|---|
| `<tenant>#<payment id>` | `recall` | the recall of the payment, and its answer |
| `recalls#open` | `<moment>#<tenant>#<payment id>` | a recall that has to be answered by then |
"""

from typing import TYPE_CHECKING, Literal, cast

from remit.kernel.errors import Refusal
from remit.kernel.value import value
from remit.store.commit import Stale
from remit.store.item import Item, Plain, integer, text
from remit.store.table import Table
from remit.store.write import Write, absent, delete, put_new, update

if TYPE_CHECKING:
    from mypy_boto3_dynamodb import DynamoDBClient

RecallStatus = Literal["requested", "refused", "accepted"]

_OPEN = "recalls#open"
_MOST_OVERDUE = 100


class AlreadyRecalled(Refusal):
    """A payment is asked back once."""

    status = 409
    title = "The payment has been recalled before"


@value
class Recall:
    """A payment asked back, for an ISO 20022 reason; `due_at` is when it must be answered.

    `answer` is the other bank's reason. Times are in milliseconds.
    """

    tenant: str
    payment_id: str
    reason: str
    at: int
    by: str
    due_at: int
    status: RecallStatus = "requested"
    answer: str | None = None
    answered_at: int | None = None


@value
class RecallStore:
    """The recalls in the payments table."""

    table: Table

    @classmethod
    def of(cls, client: "DynamoDBClient", table_name: str) -> "RecallStore":
        """The store kept in the table of that name."""
        return cls(table=Table(client=client, name=table_name))

    def find(self, tenant: str, payment_id: str) -> Recall | None:
        """The payment's recall; None when there is none."""
        item = self.table.get(_key(tenant, payment_id))
        return _recall_of(tenant, payment_id, item) if item else None

    def create(self, recall: Recall) -> list[Write]:
        """Put a recall, and set its clock. `AlreadyRecalled` when the payment has one."""
        stamp: Item = {"at": recall.at, "by": recall.by, "why": "payment recalled"}
        item: Item = _key(recall.tenant, recall.payment_id) | {
            "status": recall.status,
            "reason": recall.reason,
            "due_at": recall.due_at,
        }
        return [
            put_new(self.table.name, item | stamp, exists=lambda _: AlreadyRecalled()),
            put_new(self.table.name, _line(recall) | stamp, exists=lambda _: AlreadyRecalled()),
        ]

    def none(self, tenant: str, payment_id: str) -> Write:
        """Change nothing, but hold only while the payment has no recall; else `Stale`."""
        return absent(self.table.name, _key(tenant, payment_id), found=lambda _: Stale())

    def answer(self, recall: Recall, status: RecallStatus, *, reason: str, at: int) -> list[Write]:
        """Put down how the recall was answered, and stop its clock; `Stale` if it moved on."""
        set_to: dict[str, Plain] = {"status": status, "answer": reason, "answered_at": at}
        writes = [
            update(
                self.table.name,
                _key(recall.tenant, recall.payment_id),
                set_to=set_to,
                only_if={"status": recall.status},
                failed=lambda _: Stale(),
            )
        ]
        if recall.status == "requested":
            writes.append(delete(self.table.name, _line(recall), missing=lambda _: Stale()))
        return writes

    def overdue(self, now: int) -> int:
        """How many recalls should have been answered by `now`; counts no further than 100."""
        return len(self.table.query(_OPEN, below=_moment(now + 1), limit=_MOST_OVERDUE).items)


def _recall_of(tenant: str, payment_id: str, item: Item) -> Recall:
    return Recall(
        tenant=tenant,
        payment_id=payment_id,
        reason=text(item, "reason"),
        at=integer(item, "at"),
        by=text(item, "by"),
        due_at=integer(item, "due_at"),
        status=cast("RecallStatus", text(item, "status")),
        answer=text(item, "answer") if "answer" in item else None,
        answered_at=integer(item, "answered_at") if "answered_at" in item else None,
    )


def _line(recall: Recall) -> Item:
    return {"pk": _OPEN, "sk": f"{_moment(recall.due_at)}#{recall.tenant}#{recall.payment_id}"}


def _moment(at: int) -> str:
    return f"{at:013d}"


def _key(tenant: str, payment_id: str) -> Item:
    return {"pk": f"{tenant}#{payment_id}", "sk": "recall"}
