"""A person decides on a payment in review: release it, or block it."""

import json
from collections.abc import Callable
from http import HTTPStatus

from remit.fraud.cases import case_view, close, closed, find_open
from remit.fraud.store import RiskStore
from remit.kernel.canonical import canonical_json
from remit.kernel.value import value
from remit.payments.model import Step
from remit.payments.schema import CaseDecision
from remit.payments.store import PaymentStore
from remit.store.commit import Stale
from remit.store.idempotency import Answer, Command, answer_once
from remit.store.item import text
from remit.store.table import Table
from remit.store.write import Write


@value
class ReviewDesk:
    """Where cases are decided. `start` sets a released payment going again, as in `initiate`."""

    payments: PaymentStore
    risk: RiskStore
    idempotency: Table
    start: Callable[[str, str], None]


def review(desk: ReviewDesk, command: Command, case_id: str, request: CaseDecision) -> Answer:
    """Close the case with the decision, move its payment, and answer with the case, once per key.

    Of two people deciding at once one is `CaseDecided`. Raises `CaseNotFound`.
    """

    def act() -> tuple[Answer, list[Write]]:
        case = find_open(desk.risk, command.tenant, case_id)
        payment = desk.payments.get(command.tenant, text(case, "payment"))
        if payment.status != "in_review":
            raise Stale
        decided = closed(
            case,
            decision=request.decision,
            reason=request.reason,
            by=command.actor,
            now=command.now,
        )
        take = desk.payments.take(payment, _step(command, request))
        answer = Answer(status=HTTPStatus.OK, body=canonical_json(case_view(decided, "closed")))
        return answer, [take, *close(desk.risk, case, decided)]

    answer = answer_once(desk.idempotency, command, act)
    if answer.status == HTTPStatus.OK and not answer.replayed and request.decision == "release":
        desk.start(command.tenant, json.loads(answer.body)["payment_id"])
    return answer


def _step(command: Command, request: CaseDecision) -> Step:
    if request.decision == "release":
        return Step(status="screening", at=command.now, by=command.actor)
    return Step(status="declined", at=command.now, by=command.actor, reason="FRAD")
