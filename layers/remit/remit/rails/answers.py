"""What we send about a payment that came to us: yes or no, the money back, or no to a recall.

The same facts give the same bytes, and every id derives from the payment's, so what is sent again
is the same message.
"""

from collections.abc import Mapping
from datetime import date

from remit.kernel.clock import rfc3339
from remit.kernel.money import Money
from remit.kernel.value import value
from remit.rails.facts import GIVEN_BACK
from remit.rails.iso20022 import camt029, pacs002, pacs004, pacs008
from remit.rails.iso20022.parts import (
    Agent,
    Assignment,
    Code,
    GroupHeader,
    OriginalIds,
    OriginalMessage,
    Party,
    Reason,
    ReportHeader,
    Settlement,
)

ANSWER, RETURN, REFUSAL = "A", "B", "C"
"""The first letter of a message's id tells what it is; the rest tells of which payment."""

ACCEPTED: Mapping[str, str] = {
    # In SCT Inst the beneficiary bank's yes is ACCP (EPC122-16, DS-03).
    "sct_inst": "ACCP",
    "fps_hk": "ACSC",
}
"""How a scheme wants to hear that a payment has been taken."""

REJECTED = "RJCT"


@value
class Answered:
    """A payment of another bank, as it knows it. `reference` is our own 32 digits for it."""

    rail: str
    reference: str
    message_id: str
    end_to_end_id: str
    transaction_id: str | None
    uetr: str | None
    amount: Money
    our_bic: str
    their_bic: str | None


def message_id(kind: str, payment: Answered) -> str:
    """The id of our message of a kind about the payment: 33 characters."""
    return f"{kind}{payment.reference}"


def status(payment: Answered, *, reason: str | None, at: int) -> bytes:
    """Whether we have taken the payment (pacs.002): yes, or no for a `reason`."""
    told = REJECTED if reason else ACCEPTED[payment.rail]
    group = pacs002.GroupStatus(message_id=payment.message_id, message=pacs008.MESSAGE, status=told)
    return pacs002.build(
        pacs002.StatusReport(
            header=ReportHeader(message_id=message_id(ANSWER, payment), created_at=rfc3339(at)),
            groups=(group,),
            payments=(
                pacs002.PaymentStatus(
                    ids=_ids(payment),
                    status=told,
                    id=message_id(ANSWER, payment),
                    reasons=_reasons(payment, reason),
                    accepted_at=rfc3339(at),
                ),
            ),
        )
    )


def give_back(payment: Answered, *, settled_on: date, at: int) -> bytes:
    """The whole payment back after it was asked back (pacs.004)."""
    on = date.fromisoformat(rfc3339(at)[:10])
    return pacs004.build(
        pacs004.Returns(
            header=GroupHeader(
                message_id=message_id(RETURN, payment),
                created_at=rfc3339(at),
                count=1,
                total=payment.amount,
                settlement_date=on,
                settlement=Settlement(method="CLRG"),
                instructing_agent=Agent(bic=payment.our_bic),
            ),
            returns=(
                pacs004.Return(
                    id=message_id(RETURN, payment),
                    group=_group(payment),
                    ids=_ids(payment),
                    original_amount=payment.amount,
                    original_settlement_date=settled_on,
                    amount=payment.amount,
                    charge_bearer="SLEV",
                    reasons=_reasons(payment, GIVEN_BACK),
                ),
            ),
        )
    )


def refuse(payment: Answered, *, case: str, reason: str, at: int) -> bytes:
    """No to the recall that its bank knows as `case` (camt.029), for a reason such as CUST."""
    return camt029.build(
        camt029.Resolution(
            assignment=Assignment(
                id=message_id(REFUSAL, payment),
                assigner=Agent(bic=payment.our_bic),
                assignee=Agent(bic=payment.their_bic) if payment.their_bic else Party(),
                created_at=rfc3339(at),
            ),
            confirmation="RJCR",
            recalls=(
                camt029.RecallStatus(
                    ids=_ids(payment),
                    status="RJCR",
                    id=case,
                    group=_group(payment),
                    reasons=_reasons(payment, reason),
                    amount=payment.amount,
                ),
            ),
        )
    )


def _ids(payment: Answered) -> OriginalIds:
    return OriginalIds(
        end_to_end_id=payment.end_to_end_id,
        transaction_id=payment.transaction_id,
        uetr=payment.uetr,
    )


def _group(payment: Answered) -> OriginalMessage:
    return OriginalMessage(message_id=payment.message_id, message=pacs008.MESSAGE)


def _reasons(payment: Answered, reason: str | None) -> tuple[Reason, ...]:
    if reason is None:
        return ()
    return (Reason(originator=Party(bic=payment.our_bic), code=Code(code=reason)),)
