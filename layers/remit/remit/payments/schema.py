"""What the payments API takes and gives, as JSON. Shapes only: rules live in `model`."""

from typing import Annotated, Literal

from pydantic import BeforeValidator, Field

from remit.kernel.ids import pattern
from remit.kernel.page import PageQuery, moment
from remit.kernel.schema import AccountId, Amount, Currency, Request, Text, View
from remit.payments.model import Status

Reference = Annotated[str, Field(min_length=1, max_length=35, pattern=r"^[^\x00-\x1f\x7f]*$")]


_Line = Annotated[str, Field(min_length=1, max_length=70, pattern=r"^[^\x00-\x1f\x7f]*$")]


class Address(Request):
    """A postal address, structured or hybrid: a rail says which elements it needs."""

    street_name: _Line | None = None
    building_number: Annotated[str, Field(min_length=1, max_length=16)] | None = None
    post_code: Annotated[str, Field(min_length=1, max_length=16)] | None = None
    town: Annotated[str, Field(min_length=1, max_length=35)] | None = None
    country: Annotated[str, Field(pattern="^[A-Z]{2}$")] | None = None
    lines: Annotated[list[_Line], Field(max_length=7)] | None = None


class OwnCreditor(Request):
    """A creditor whose account is with us."""

    account: AccountId


class OutsideCreditor(Request):
    """A creditor with another bank."""

    name: Text
    iban: Annotated[str, Field(pattern="^[A-Z]{2}[0-9]{2}[A-Z0-9]{11,30}$")]
    bic: Annotated[str, Field(pattern="^[A-Z0-9]{4}[A-Z]{2}[A-Z0-9]{2}([A-Z0-9]{3})?$")] | None = (
        None
    )
    address: Address | None = None


class ConfirmedCreditor(Request):
    """A creditor whom the payer has looked up by a proxy and confirmed."""

    lookup: Annotated[str, Field(pattern=pattern("plk"))]


class PaymentRequest(Request):
    """Ask for a payment."""

    debtor_account: AccountId
    creditor: OwnCreditor | OutsideCreditor | ConfirmedCreditor
    amount: Amount
    currency: Currency
    rail: Literal["book", "sct_inst", "fps_hk"] | None = None
    remittance: Text | None = None
    end_to_end_id: Reference | None = None
    reference: Reference | None = None


class CreditorView(View):
    """The creditor of a payment."""

    account: str


class OutsideCreditorView(View):
    """The creditor of a payment that leaves the house; `iban` shows its ends only."""

    token: str
    iban: str
    country: str


class NumberedCreditorView(View):
    """The same where accounts have no IBAN; `account` shows the number's end only."""

    token: str
    account: str
    country: str


class StepView(View):
    """A state that a payment reached."""

    status: str
    at: str
    reason: str | None = None
    reason_text: str | None = None


class PaymentView(View):
    """A payment. The last three are there when a rail carries it: why that one, and how much of
    the money has come back.
    """

    id: str
    status: Status
    debtor_account: str
    creditor: CreditorView | OutsideCreditorView | NumberedCreditorView
    amount: int
    currency: str
    rail: str
    remittance: str | None
    end_to_end_id: str | None
    reference: str | None
    case_id: str | None
    created_at: str
    history: list[StepView]
    rail_because: str | None = None
    uetr: str | None = None
    returned_amount: int = 0


class PaymentsView(View):
    """A page of payments, newest first."""

    items: list[PaymentView]
    next_cursor: str | None


class PaymentsQuery(PageQuery):
    """Which payments: those that debit `account`, newest first."""

    account: AccountId
    status: Status | None = None
    created_from: Annotated[int, BeforeValidator(moment, json_schema_input_type=str)] = 0


class CaseDecision(Request):
    """What a person decided on a payment in review."""

    decision: Literal["release", "block"]
    reason: Text


class AddressReportQuery(PageQuery):
    """How many payments to look at for a page of the report."""


class AddressFaultView(View):
    """An element of an address that is missing or wrong, and what about it."""

    element: str
    detail: str


class RefusedPayeeView(View):
    """A stored payee whom the rail's gate for addresses would refuse; `account` is masked."""

    token: str
    account: str | None
    country: str | None
    rail: str
    payment_id: str
    form: Literal["none", "structured", "hybrid", "unstructured"]
    faults: list[AddressFaultView]


class AddressReportView(View):
    """A page of the report. `forms` counts the addresses looked at by their form, `erased` those
    that nobody can open any more.
    """

    items: list[RefusedPayeeView]
    looked_at: int
    forms: dict[str, int]
    erased: int
    rules_on: str
    next_cursor: str | None


class AcceptedFileView(View):
    """A payment file that was taken in; `duplicate` when these bytes had come before."""

    id: str
    status: Literal["received", "processed"]
    message: str
    message_id: str
    item_count: int
    created_at: str
    duplicate: bool


class FileItemView(View):
    """What became of one transaction of a file: the status of its payment, or the reason why not.

    `amount` is as the file has it, a decimal number.
    """

    position: int
    payment_information_id: str
    end_to_end_id: str
    amount: str
    currency: str
    payment_id: str | None
    status: Status | Literal["rejected"]
    reason: str | None


class FileView(View):
    """A payment file, and a page of its transactions in order."""

    id: str
    status: Literal["received", "processed"]
    message: str
    message_id: str
    item_count: int
    created_at: str
    items: list[FileItemView]
    next_cursor: str | None


class MessageView(View):
    """A rail's message that was taken in; `duplicate` when it had come before."""

    id: str
    duplicate: bool


class RecallRequest(Request):
    """Ask a settled payment back, for a reason of ISO 20022's cancellation codes."""

    reason: Literal["DUPL", "TECH", "FRAD", "CUST", "AC03", "AM09"]


class RecallView(View):
    """A recall: `requested`, until the other bank has refused it or given the money back."""

    payment_id: str
    status: Literal["requested", "refused", "accepted"]
    reason: str
    requested_at: str
    answer_due_at: str
    answer_reason: str | None
    answered_at: str | None
