"""What other banks ask back of us (camt.056): cases with a clock, in the payments table.

| pk | sk | what |
|---|---|---|
| `<tenant>#<recall id>` | `incoming_recall` | the case, and how it was answered |
| `<tenant>#recalls` | `<due>#<recall id>` | its line in the list, while it is open |
| `<tenant>#recalls` | `answered#<moment>#<recall id>` | the same, after all that are open |
| `recalls#incoming` | `<due>#<tenant>#<recall id>` | one that has to be answered by then |

A payment is asked back once, so the id of a recall derives from the payment's.
"""

from typing import TYPE_CHECKING, Literal, cast

from remit.kernel.errors import NotFound, Refusal
from remit.kernel.ids import derive, is_id
from remit.kernel.value import value
from remit.store.commit import Stale
from remit.store.item import Item, Plain, integer, text
from remit.store.table import Page, Table
from remit.store.write import Write, delete, put_new, update

if TYPE_CHECKING:
    from mypy_boto3_dynamodb import DynamoDBClient

AskedStatus = Literal["open", "returned", "refused"]

_OPEN = "recalls#incoming"
_MOST_OVERDUE = 100


class RecallNotFound(NotFound):
    """No bank has asked a payment of this tenant back under that id."""

    title = "No such recall"


class RecallAnswered(Refusal):
    """Somebody has answered the recall already, and that stands."""

    status = 409
    title = "The recall has been answered"


@value
class AskedBack:
    """A payment that another bank asks back for an ISO 20022 reason; times are in milliseconds.

    `case` is that bank's id for it. `due_at` is when it must be answered.
    """

    tenant: str
    incoming: str
    rail: str
    case: str
    reason: str
    at: int
    due_at: int
    status: AskedStatus = "open"
    answer: str | None = None
    answered_at: int | None = None
    answered_by: str | None = None

    @property
    def id(self) -> str:
        """The recall's id."""
        return recall_id(self.incoming)


def recall_id(incoming: str) -> str:
    """The id of the recall of an incoming payment."""
    return derive("rcl", incoming)


@value
class AskedBackStore:
    """The incoming recalls in the payments table."""

    table: Table

    @classmethod
    def of(cls, client: "DynamoDBClient", table_name: str) -> "AskedBackStore":
        """The store kept in the table of that name."""
        return cls(table=Table(client=client, name=table_name))

    def find(self, tenant: str, identifier: str) -> AskedBack | None:
        """The recall under that id; None when there is none."""
        if not is_id("rcl", identifier):
            return None
        item = self.table.get(_key(tenant, identifier))
        return _asked_of(tenant, item) if item else None

    def get(self, tenant: str, identifier: str) -> AskedBack:
        """The recall under that id. Raises `RecallNotFound`."""
        found = self.find(tenant, identifier)
        if found is None:
            raise RecallNotFound
        return found

    def create(self, asked: AskedBack) -> list[Write]:
        """Open a case and set its clock; `Stale` when the payment was asked back meanwhile."""
        stamp: Item = {"at": asked.at, "by": asked.rail, "why": "recall received"}
        item: Item = _key(asked.tenant, asked.id) | {
            "status": asked.status,
            "incoming": asked.incoming,
            "rail": asked.rail,
            "case": asked.case,
            "reason": asked.reason,
            "due_at": asked.due_at,
        }
        lines = [item, _listed(asked), _line(asked)]
        return [put_new(self.table.name, line | stamp, exists=lambda _: Stale()) for line in lines]

    def answer(self, asked: AskedBack, after: AskedBack) -> list[Write]:
        """Put down the answer and stop the clock; `RecallAnswered` if somebody was first."""
        set_to: dict[str, Plain] = {
            "status": after.status,
            "answer": after.answer or "",
            "answered_at": after.answered_at or 0,
            "answered_by": after.answered_by or "",
        }
        stamp: Item = {"at": after.answered_at or 0, "by": after.answered_by or "", "why": "answer"}
        return [
            update(
                self.table.name,
                _key(asked.tenant, asked.id),
                set_to=set_to,
                only_if={"status": "open"},
                failed=lambda _: RecallAnswered(),
            ),
            delete(self.table.name, _line(asked), missing=lambda _: RecallAnswered()),
            delete(self.table.name, _listed(asked), missing=lambda _: RecallAnswered()),
            put_new(self.table.name, _listed(after) | stamp, exists=lambda _: RecallAnswered()),
        ]

    def many(self, tenant: str, *, limit: int, start: str | None) -> tuple[list[AskedBack], Page]:
        """A page of the tenant's recalls, those that are open first, and where it ends."""
        pk = f"{tenant}#recalls"
        key: Item | None = {"pk": pk, "sk": start} if start else None
        page = self.table.query(pk, limit=limit, start=key)
        keys = [_key(tenant, text(item, "sk").rpartition("#")[2]) for item in page.items]
        found = self.table.get_many(keys) if keys else []
        return [_asked_of(tenant, item) for item in found if item], page

    def overdue(self, now: int) -> int:
        """How many should have been answered by `now`; counts no further than 100."""
        return len(self.table.query(_OPEN, below=_moment(now + 1), limit=_MOST_OVERDUE).items)


def _asked_of(tenant: str, item: Item) -> AskedBack:
    return AskedBack(
        tenant=tenant,
        incoming=text(item, "incoming"),
        rail=text(item, "rail"),
        case=text(item, "case"),
        reason=text(item, "reason"),
        at=integer(item, "at"),
        due_at=integer(item, "due_at"),
        status=cast("AskedStatus", text(item, "status")),
        answer=text(item, "answer") if "answer" in item else None,
        answered_at=integer(item, "answered_at") if "answered_at" in item else None,
        answered_by=text(item, "answered_by") if "answered_by" in item else None,
    )


def _listed(asked: AskedBack) -> Item:
    is_open = asked.answered_at is None
    place = _moment(asked.due_at) if is_open else f"answered#{_moment(asked.answered_at or 0)}"
    return {"pk": f"{asked.tenant}#recalls", "sk": f"{place}#{asked.id}"}


def _line(asked: AskedBack) -> Item:
    return {"pk": _OPEN, "sk": f"{_moment(asked.due_at)}#{asked.tenant}#{asked.id}"}


def _moment(at: int) -> str:
    return f"{at:013d}"


def _key(tenant: str, identifier: str) -> Item:
    return {"pk": f"{tenant}#{identifier}", "sk": "incoming_recall"}
