"""What reconciliation's API takes and gives of statements and runs. Shapes only."""

from datetime import date
from typing import Annotated, Literal

from pydantic import BaseModel, BeforeValidator, ConfigDict, Field

from remit.kernel.ids import pattern
from remit.kernel.money import MAX_AMOUNT
from remit.kernel.schema import Currency, Request, View
from remit.kernel.value import value

Name = Annotated[str, Field(pattern=r"^[a-z0-9][a-z0-9-]{0,63}$", examples=["bank-eur"])]
Column = Annotated[str, Field(min_length=1, max_length=80, pattern=r"^[^\x00-\x1f\x7f]*$")]
Words = Annotated[list[Column], Field(min_length=1, max_length=10)]


def _integer(text: object) -> object:
    """Let a text pass only as plain digits: pydantic would also read `1_0` and `1e3`."""
    if isinstance(text, str) and not (text.isascii() and text.removeprefix("-").isdigit()):
        raise ValueError("must be a whole number")
    return text


Signed = Annotated[int, Field(ge=-MAX_AMOUNT, le=MAX_AMOUNT), BeforeValidator(_integer)]


@value
class Terms:
    """What is told beside a CSV. Balances are signed minor units."""

    mapping: str
    id: str
    first: date
    last: date
    opening: int
    closing: int
    number: int


class StatementTerms(BaseModel):
    """What a CSV cannot say itself; a camt.053 is sent without."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    mapping: Name | None = None
    id: Annotated[str, Field(pattern=r"^[!-~]{1,35}$")] | None = None
    first: date | None = None
    last: date | None = None
    opening: Signed | None = None
    closing: Signed | None = None
    number: Annotated[int, Field(ge=0, le=10**9), BeforeValidator(_integer)] = 0

    def complete(self) -> Terms | None:
        """All of them; None when one is missing, or the days run backwards."""
        told = (self.mapping, self.id, self.first, self.last, self.opening, self.closing)
        mapping, name, first, last, opening, closing = told
        if not mapping or not name or first is None or last is None or last < first:
            return None
        if opening is None or closing is None:
            return None
        return Terms(
            mapping=mapping,
            id=name,
            first=first,
            last=last,
            opening=opening,
            closing=closing,
            number=self.number,
        )


class MappedColumns(Request):
    """What a CSV's columns are called, and how they are written. Nothing is guessed."""

    day: Column
    dates: Literal["YYYY-MM-DD", "YYYYMMDD", "DD.MM.YYYY", "DD/MM/YYYY", "MM/DD/YYYY"]
    amount: Column | None = None
    sign: Column | None = None
    debit: Column | None = None
    credit: Column | None = None
    currency: Column | None = None
    value_day: Column | None = None
    reference: Column | None = None
    end_to_end_id: Column | None = None
    separator: Literal[",", ";", "\t", "|"] = ","
    decimal: Literal[".", ","] = "."
    thousands: Literal["", ",", ".", " ", "'"] = ""
    debit_words: Words | None = None
    credit_words: Words | None = None


class NewMapping(Request):
    """Declare how the CSV of one account is read."""

    name: Name
    account: Annotated[str, Field(pattern=r"^[A-Za-z0-9./-]{1,34}$")]
    currency: Currency
    columns: MappedColumns


class MappingView(View):
    """A mapping as it was declared."""

    name: str
    account: str
    currency: str
    columns: MappedColumns


class NewNostro(Request):
    """Say which account at the settlement bank the nostro of a currency is."""

    currency: Currency
    account: Annotated[str, Field(pattern=r"^[A-Za-z0-9./ -]{1,42}$", examples=["NOSTRO-1"])]


class NostroView(View):
    """The nostro of a currency, as statements name it."""

    currency: str
    account: str


class AcceptedStatement(View):
    """One statement of a file, and its reconciliation's id."""

    id: Annotated[str, Field(pattern=pattern("rec"))]
    statement_id: str
    lines: int
    duplicate: bool


class AcceptedStatements(View):
    """A file of statements that was taken in; `id` and `status` are the first one's."""

    id: Annotated[str, Field(pattern=pattern("rec"))]
    status: str
    duplicate: bool
    statements: list[AcceptedStatement]


class StatementView(View):
    """What a statement says of itself. Balances are signed minor units."""

    id: str
    number: int | None
    account: str
    currency: str
    first: date
    last: date
    opening: int
    closing: int
    lines: int


class RunView(View):
    """One run of reconciliation."""

    id: Annotated[str, Field(pattern=pattern("rec"))]
    status: Literal["received", "read", "matched", "raised", "reported", "failed"]
    rerun_of: str | None
    previous: str | None
    source: str
    statement: StatementView
    input_hash: str | None
    rules: str | None
    result_hash: str | None
    matches: int
    breaks: int
    created_at: str
    finished_at: str | None
    failure: str | None


class RunList(View):
    """A page of runs, newest first."""

    items: list[RunView]
    next_cursor: str | None


class MatchView(View):
    """Lines of both sides that are one movement, by which rule and how sure (percent)."""

    id: str
    relation: Literal["books", "bank"]
    rule: str
    confidence: int
    currency: str
    ours: list[str]
    theirs: list[str]
    difference: int


class TotalView(View):
    """What one side of a relation comes to: matched, and left in breaks."""

    relation: Literal["books", "bank"]
    side: Literal["ours", "theirs"]
    currency: str
    matched: int
    broken: int


class RunDetail(RunView):
    """One run with its sums, its breaks, and a page of its matches.

    `nostro` is what the ledger's nostro held where the run read it, as the bank would show it.
    """

    nostro: int | None
    totals: list[TotalView]
    found: list[str]
    items: list[MatchView]
    next_cursor: str | None


class CompareQuery(BaseModel):
    """The run to compare with."""

    model_config = ConfigDict(extra="forbid", frozen=True, populate_by_name=True)

    other: Annotated[str, Field(alias="with", pattern=pattern("rec"))]


class ComparisonView(View):
    """How a run differs from another: in what first, and which breaks went and came."""

    id: str
    other: str
    differs: Literal["", "input", "rules", "result"]
    gone: list[str]
    came: list[str]
