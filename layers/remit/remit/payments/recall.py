"""Ask a settled payment back: once, with a clock, and answered by the other bank or by a person.

The request is kept first and sent by whoever looks after what was kept, so that it cannot be lost.
A refusal comes as a camt.029, the money itself as a return.
"""

from datetime import date
from http import HTTPStatus

from remit.kernel.canonical import canonical_json
from remit.kernel.clock import DAY, parse_rfc3339, rfc3339
from remit.kernel.errors import NotFound, Refusal
from remit.payments.model import Payment, RailNotAvailable
from remit.payments.recalls import Recall, RecallStore
from remit.payments.schema import RecallRequest
from remit.payments.store import PaymentStore
from remit.rails.calendar import add_business_days
from remit.rails.capability import BY_NAME, Capability, Recalls
from remit.store.idempotency import Answer, Command, answer_once
from remit.store.table import Table
from remit.store.write import Write


class NotRecallable(Refusal):
    """The payment never left the house, has not been accepted, or has come back already."""

    status = 409
    title = "The payment cannot be recalled"


class RecallTooLate(Refusal):
    """The scheme lets a payment be asked back for so long only, depending on the reason."""

    title = "It is too late to recall the payment"


class NotRecalled(NotFound):
    """Nobody has asked the payment back."""

    title = "The payment has not been recalled"


def ask_back(
    payments: PaymentStore,
    recalls: RecallStore,
    idempotency: Table,
    command: Command,
    payment_id: str,
    request: RecallRequest,
) -> Answer:
    """Recall the payment and answer 202 with the recall, once per key.

    Refuses with `NotRecallable`, `RecallTooLate`, `AlreadyRecalled`, or `RailNotAvailable` for a
    rail without recalls. Raises `PaymentNotFound`.
    """

    def act() -> tuple[Answer, list[Write]]:
        payment = payments.get(command.tenant, payment_id)
        made = _recall(command, payment, request)
        body = canonical_json(recall_view(made))
        # What comes back meanwhile would leave a recall that nobody answers any more.
        writes = [*recalls.create(made), payments.stays(payment)]
        return Answer(status=HTTPStatus.ACCEPTED, body=body), writes

    return answer_once(idempotency, command, act)


def look(
    payments: PaymentStore, recalls: RecallStore, tenant: str, payment_id: str
) -> dict[str, object]:
    """The payment's recall (`schema.RecallView`). Raises `PaymentNotFound` or `NotRecalled`."""
    payments.get(tenant, payment_id)
    found = recalls.find(tenant, payment_id)
    if found is None:
        raise NotRecalled
    return recall_view(found)


def recall_view(found: Recall) -> dict[str, object]:
    """The recall as `schema.RecallView`."""
    return {
        "payment_id": found.payment_id,
        "status": found.status,
        "reason": found.reason,
        "requested_at": rfc3339(found.at),
        "answer_due_at": rfc3339(found.due_at),
        "answer_reason": found.answer,
        "answered_at": rfc3339(found.answered_at) if found.answered_at is not None else None,
    }


def _recall(command: Command, payment: Payment, request: RecallRequest) -> Recall:
    completed_at = payment.reached("completed")
    if not payment.is_outside or payment.status != "completed" or completed_at is None:
        raise NotRecallable(f"the payment is {payment.status}")
    rail = BY_NAME[payment.rail]
    if rail.recalls is None:
        raise RailNotAvailable(f"{payment.rail} takes no recalls")
    days = rail.recalls.days_by_reason.get(request.reason, rail.recalls.days)
    if command.now > completed_at + days * DAY:
        raise RecallTooLate(f"for {request.reason} there are {days} days")
    return Recall(
        tenant=payment.tenant,
        payment_id=payment.id,
        reason=request.reason,
        at=command.now,
        by=command.actor,
        due_at=due_at(rail, rail.recalls, command.now),
    )


def due_at(rail: Capability, recalls: Recalls, now: int) -> int:
    """When a recall of `now` must be answered: the end of the last business day for it."""
    day = date.fromisoformat(rfc3339(now)[:10])
    if rail.calendar is not None:
        day = add_business_days(rail.calendar, day, recalls.answer_business_days)
    return parse_rfc3339(f"{day.isoformat()}T00:00:00Z") + DAY
