"""What reconciliation's API takes and gives of breaks. Shapes only: rules live in `breaks`."""

from typing import Annotated, Literal

from pydantic import Field

from remit.kernel.ids import pattern
from remit.kernel.page import PageQuery
from remit.kernel.schema import AccountId, Amount, Currency, Request, Text, View

Type = Literal["missing", "unexpected", "amount", "currency", "duplicate", "timing", "balance"]
BreakStatus = Literal["open", "assigned", "investigating", "resolved", "written_off"]
House = Literal["external", "in_transit", "settlement", "nostro", "suspense"]


BreakId = Annotated[str, Field(pattern=pattern("brk"))]


class BreaksQuery(PageQuery):
    """Which breaks."""

    status: BreakStatus | None = None
    type: Type | None = None
    owner: Annotated[str, Field(max_length=128)] | None = None


class Assignment(Request):
    """Who is to see to a break."""

    owner: Annotated[str, Field(pattern=r"^[!-~]{1,128}$")]


class AdjustmentAsked(Request):
    """A transfer that would put a break right: between accounts, or house accounts by name."""

    debit: AccountId | House
    credit: AccountId | House
    amount: Amount
    currency: Currency


class Resolution(Request):
    """How a break is to end. With an adjustment it ends only when a second person approves that.

    Without one `because` says why the books are right as they are: `days_apart`, both sides have
    it; `cancels_out`, together with the breaks in `cancels` it comes to nothing, and all of them
    end; `bank_corrected`, a statement's balance, which a second person approves too.
    """

    resolution: Literal["resolved", "written_off"]
    reason: Text
    because: Literal["days_apart", "cancels_out", "bank_corrected"] | None = None
    cancels: Annotated[list[BreakId], Field(max_length=20, default_factory=list)]
    adjustment: AdjustmentAsked | None = None


class Approval(Request):
    """The adjustment that is approved, by its id: exactly that one."""

    adjustment: Annotated[str, Field(pattern=pattern("adj"))]


class AdjustmentView(View):
    """An adjustment, and the transfer that it was once approved. Without accounts and amount it
    is accepted that the bank has put right what was its own.
    """

    id: str
    debit: str | None
    credit: str | None
    amount: int
    currency: str
    reason: str
    resolution: Literal["resolved", "written_off"]
    proposed_by: str
    approved_by: str | None
    transfer: str | None


class BreakStep(View):
    """One state that a break reached."""

    status: BreakStatus
    at: str
    by: str
    reason: str | None


class BreakView(View):
    """A break. `difference` is theirs less ours, in minor units."""

    id: Annotated[str, Field(pattern=pattern("brk"))]
    reconciliation: str
    relation: Literal["books", "bank"]
    type: Type
    severity: Literal["low", "medium", "high", "critical"]
    status: BreakStatus
    age: str
    owner: str | None
    opened_at: str
    due_at: str
    overdue: bool
    currency: str
    difference: int
    detail: str
    ours: list[str]
    theirs: list[str]
    match: str | None
    cancels: list[str]
    adjustment: AdjustmentView | None
    history: list[BreakStep]


class BreakList(View):
    """A page of breaks."""

    items: list[BreakView]
    next_cursor: str | None
