"""Cancel a payment while it can be."""

from http import HTTPStatus

from remit.fraud.cases import CaseDecided, close, closed, find_open
from remit.fraud.store import RiskStore
from remit.kernel.canonical import canonical_json
from remit.payments.model import NotCancellable, Payment, Step
from remit.payments.store import PaymentStore
from remit.payments.views import payment_view
from remit.store.commit import Stale
from remit.store.idempotency import Answer, Command, answer_once
from remit.store.table import Table
from remit.store.write import Write


def cancel(
    payments: PaymentStore, risk: RiskStore, idempotency: Table, command: Command, payment_id: str
) -> Answer:
    """Cancel the payment and answer with it, once per key; a case that waits on it is closed.

    Refuses with `NotCancellable` once the payment has come to its end, by whoever got there first.
    Raises `PaymentNotFound`.
    """

    def act() -> tuple[Answer, list[Write]]:
        payment = payments.get(command.tenant, payment_id)
        if not payment.may_become("cancelled"):
            raise NotCancellable(f"the payment is {payment.status}")
        step = Step(status="cancelled", at=command.now, by=command.actor, reason="CUST")
        body = canonical_json(payment_view(payment.after(step)))
        writes = [payments.take(payment, step), *_close_case(risk, command, payment)]
        return Answer(status=HTTPStatus.OK, body=body), writes

    return answer_once(idempotency, command, act)


def _close_case(risk: RiskStore, command: Command, payment: Payment) -> list[Write]:
    if payment.status != "in_review" or payment.case_id is None:
        return []
    try:
        case = find_open(risk, command.tenant, payment.case_id)
    except CaseDecided as refusal:
        raise Stale("a person decided on the payment meanwhile") from refusal
    decided = closed(
        case,
        decision="cancelled",
        reason="the payment was cancelled",
        by=command.actor,
        now=command.now,
    )
    return close(risk, case, decided)
