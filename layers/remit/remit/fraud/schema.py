"""What the fraud check's API takes and gives, as JSON. Shapes only."""

from typing import Literal

from remit.kernel.page import PageQuery
from remit.kernel.schema import AccountId, Request, Text, View

CaseStatus = Literal["open", "closed"]


class CasesQuery(PageQuery):
    """Which cases."""

    status: CaseStatus = "open"


class PayeeMark(Request):
    """Put a payee on the house's list, or take it off with `none`."""

    account: AccountId
    mark: Literal["none", "watched", "blocked"]
    reason: Text


class PayeeMarkView(View):
    """The mark on a payee: who set it, when and why."""

    account: str
    mark: str
    reason: str
    by: str
    at: str


class CaseView(View):
    """A payment that waits, or waited, for a person."""

    id: str
    payment_id: str
    status: CaseStatus
    opened_at: str
    score: int
    reasons: list[str]
    decision: Literal["release", "block", "cancelled"] | None = None
    decision_reason: str | None = None
    decided_by: str | None = None
    decided_at: str | None = None


class CasesView(View):
    """A page of cases, oldest first."""

    items: list[CaseView]
    next_cursor: str | None


class DecisionView(View):
    """A fraud decision as it was made: what it was made from, and by which rules."""

    payment_id: str
    outcome: Literal["ALLOW", "REVIEW", "DECLINE"]
    score: int
    reasons: list[str]
    rules_version: str
    model_version: str | None
    features: dict[str, int | str]
    payee_listed: str | None
    decided_at: str
