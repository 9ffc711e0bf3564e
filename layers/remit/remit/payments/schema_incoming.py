"""What the API takes and tells about payments that come in, and about asking those back."""

from typing import Annotated, Literal

from pydantic import Field, RootModel

from remit.kernel.page import PageQuery
from remit.kernel.schema import Request, View
from remit.payments.incoming_model import IncomingStatus


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
