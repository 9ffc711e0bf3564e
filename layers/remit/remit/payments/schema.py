"""What the payments API takes and gives, as JSON. Shapes only: rules live in `model`."""

from typing import Annotated, Literal

from pydantic import BeforeValidator, Field, RootModel

from remit.kernel.page import PageQuery, moment
from remit.kernel.schema import AccountId, Amount, Currency, Request, Text, View
from remit.payments.incoming_model import IncomingStatus
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


class PaymentRequest(Request):
    """Ask for a payment."""

    debtor_account: AccountId
    creditor: OwnCreditor | OutsideCreditor
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
    creditor: CreditorView | OutsideCreditorView
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


class RecallReturn(Request):
    """Give the money back that another bank asks for, following its request (FOCR)."""

    decision: Literal["return"]
    reason: Literal["FOCR"] = "FOCR"


class RecallRefusal(Request):
    """Refuse to give it back, for a reason of the schemes (EPC004-16, answer to a recall).

    CUST the customer does not agree, NOAS does not answer; AC04 the account is closed, AM04 has not
    the funds; LEGL the law stands against it; ARDT it has gone back; NOOR it never came.
    """

    decision: Literal["refuse"]
    reason: Literal["CUST", "NOAS", "AC04", "AM04", "LEGL", "ARDT", "NOOR"]


class RecallAnswer(
    RootModel[Annotated[RecallReturn | RecallRefusal, Field(discriminator="decision")]]
):
    """A person's answer to what another bank asks back."""


class AskedBackView(View):
    """A payment that another bank asks back: `open`, until a person has answered."""

    id: str
    incoming_payment_id: str
    rail: str
    status: Literal["open", "returned", "refused"]
    reason: str
    received_at: str
    answer_due_at: str
    answer_reason: str | None
    answered_at: str | None
    answered_by: str | None


class AskedBacksView(View):
    """A page of incoming recalls: open ones, the first due first, then the answered ones."""

    items: list[AskedBackView]
    next_cursor: str | None


class RecallsQuery(PageQuery):
    """Which recalls: those that other banks have sent."""

    direction: Literal["incoming"] = "incoming"


class IncomingDebtorView(View):
    """Who paid. Nothing of it is left once the account's data has been erased."""

    name: str | None
    account: str | None
    bank: str | None


class IncomingStepView(View):
    """A state that an incoming payment reached."""

    status: IncomingStatus
    at: str
    reason: str | None = None
    reason_text: str | None = None


class IncomingView(View):
    """A payment that came to an account. `listed`, for oversight alone, names the entry of a
    sanctions list for which it was rejected, with score and list.
    """

    id: str
    status: IncomingStatus
    account: str
    amount: int
    currency: str
    rail: str
    debtor: IncomingDebtorView | None
    remittance: str | None
    end_to_end_id: str
    uetr: str | None
    received_at: str
    answered_at: str | None
    history: list[IncomingStepView]
    listed: str | None = None


class IncomingQuery(PageQuery):
    """Which incoming payments: those that are a case for a person."""

    case: Literal["listed"] = "listed"


class IncomingCasesView(View):
    """A page of payments that were rejected for a name, newest first."""

    items: list[IncomingView]
    next_cursor: str | None
