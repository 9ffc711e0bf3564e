"""What the ledger's API takes and gives, as JSON. Shapes only: rules live in `model`."""

from typing import Annotated, Literal

from pydantic import BaseModel, BeforeValidator, ConfigDict, Field, RootModel

from remit.kernel.ids import pattern
from remit.kernel.money import MAX_AMOUNT
from remit.kernel.page import PageQuery, moment
from remit.kernel.schema import Amount, Currency, Request, Text, View


class NewAccount(Request):
    """Ask to open an account."""

    currency: Currency
    name: Text
    customer_id: Annotated[str, Field(pattern=pattern("cus"))] | None = None


class NewDeposit(Request):
    """Bring money in from outside (sandbox only)."""

    amount: Amount
    currency: Currency


class NewRules(Request):
    """Change what an account allows; what is not named stays. `limit` null lifts the limit."""

    floor: Annotated[int, Field(ge=-MAX_AMOUNT, le=0)] = 0
    limit: Annotated[int, Field(ge=0, le=MAX_AMOUNT)] | None = None
    frozen: Literal["none", "debits", "credits", "both"] = "none"
    closed: Literal[True] = True
    reason: Text


class RulesView(View):
    """What an account allows: amounts in minor units."""

    account: str
    floor: int
    limit: int | None
    frozen: Literal["none", "debits", "credits", "both"]
    closed: bool


class DayToClose(Request):
    """Close a business day of one currency."""

    currency: Currency


class DayQuery(BaseModel):
    """Which currency's day."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    currency: Currency


class EntriesQuery(PageQuery):
    """Which part of a statement; or the moment whose balance is asked for.

    `value_at` asks for what counts at a moment, with `at` of what was booked by then. `since` and
    `until` (exclusive) bound the statement, by the time that it is in the `order` of.
    """

    order: Literal["booking", "value"] = "booking"
    since: Annotated[int, BeforeValidator(moment, json_schema_input_type=str)] = 0
    until: Annotated[int, BeforeValidator(moment, json_schema_input_type=str)] | None = None

    at: Annotated[int, BeforeValidator(moment, json_schema_input_type=str)] | None = None
    value_at: Annotated[int, BeforeValidator(moment, json_schema_input_type=str)] | None = None


class BalanceView(View):
    """Balances in minor units."""

    available: int
    pending: int
    posted: int


class AccountView(View):
    """An account."""

    id: str
    customer_id: str | None
    name: str | None
    currency: str
    balance: BalanceView
    iban: str | None


class DepositView(View):
    """A deposit made."""

    id: str
    account: str
    amount: int
    currency: str
    created_at: str


class EntryView(View):
    """One line of a statement, with the balance after it.

    `amount` is booked; `held` is added to what is pending, negative where a hold ends.
    """

    sequence: int
    transfer_id: str
    kind: str
    reference: str
    side: Literal["debit", "credit"]
    amount: int
    held: int
    currency: str
    other_account: str
    booked_at: str
    value_at: str
    day: str
    balance: BalanceView


class EntriesView(View):
    """A page of a statement."""

    items: list[EntryView]
    next_cursor: str | None


class BalanceAt(View):
    """The balance as booked at a moment."""

    account: str
    currency: str
    at: str
    sequence: int
    balance: BalanceView


class StatementView(RootModel[EntriesView | BalanceAt]):
    """A page of a statement, or with `at` the balance then."""

    model_config = ConfigDict(defer_build=True)


class DayTotals(View):
    """All debits and credits at the end of a day, in minor units."""

    debits_pending: int
    debits_posted: int
    credits_pending: int
    credits_posted: int


class DayView(View):
    """A business day. `hash` chains every account's state at its end, in the accounts' order."""

    date: str
    currency: str
    status: Literal["OPEN", "CUTOFF", "TIED_OUT", "LOCKED"]
    accounts: int
    hash: str | None
    trial_balance: DayTotals | None
    changed_at: str | None


class LegView(View):
    """One leg of a transfer."""

    account: str
    side: Literal["debit", "credit"]
    amount: int


class TransferView(View):
    """A transfer, what became of it, and what it reverses."""

    id: str
    currency: str
    legs: list[LegView]
    kind: str
    reference: str
    created_at: str
    status: Literal["pending", "posted", "voided", "expired"]
    expires_at: str | None
    posted: int
    reverses: str | None
    reversed: int
    reversals: int


class CurrencyTotals(View):
    """All debits and credits in one currency, in minor units."""

    currency: str
    debits_pending: int
    debits_posted: int
    credits_pending: int
    credits_posted: int


class TrialBalance(View):
    """The trial balance of a tenant."""

    balanced: bool
    currencies: list[CurrencyTotals]
