"""The state *Check fraud*: decide whether the payment is trusted, and commit what follows."""

from remit.fraud.cases import Case, case_id, open_case
from remit.fraud.check import check as check_fraud
from remit.fraud.model import Facts, RuleSet
from remit.fraud.store import RiskRecord, RiskStore
from remit.payments.model import Payment, Step
from remit.payments.store import PaymentStore
from remit.payments.walk import walk
from remit.store.commit import commit
from remit.store.write import Write

TRUSTED = "trusted"
RESERVE = "reserve"
"""Said of a trusted payment that leaves the house."""


def check(
    payments: PaymentStore,
    risk: RiskStore,
    rules: RuleSet,
    *,
    tenant: str,
    payment_id: str,
    now: int,
) -> str:
    """`trusted` when the funds may be posted, `reserve` when a rail is to carry the payment;
    otherwise the status that the payment is in.

    The decision and the status that it means are one commit. Made again, it finds what was decided.
    Raises `PaymentNotFound`, `Contended` or `Unavailable`.
    """

    def move(payment: Payment) -> str:
        if payment.status == "screening":
            return _trusted(payment)  # a person has released it
        if payment.status != "received":
            return payment.status
        return _decide(payments, risk, rules, payment, now)

    return walk(payments, tenant, payment_id, move)


def facts_of(payment: Payment) -> Facts:
    """What the fraud check is told of a payment: ids and the amount, nothing personal."""
    return Facts(
        tenant=payment.tenant,
        payment_id=payment.id,
        account=payment.debtor_account,
        payee=payment.creditor_account,
        amount=payment.amount,
        currency=payment.currency,
        created_at=payment.created_at,
        payee_listed=payment.listed is not None,
    )


def _decide(
    payments: PaymentStore, risk: RiskStore, rules: RuleSet, payment: Payment, now: int
) -> str:
    checked = check_fraud(risk, rules, facts_of(payment), now=now)
    outcome = checked.record.decision.outcome
    if checked.writes:
        follows = _follow(payments, risk, payment, checked.record)
        commit(risk.table.client, [*follows, *checked.writes])
    return {"ALLOW": _trusted(payment), "REVIEW": "in_review", "DECLINE": "declined"}[outcome]


def _trusted(payment: Payment) -> str:
    return RESERVE if payment.is_outside else TRUSTED


def _follow(
    payments: PaymentStore, risk: RiskStore, payment: Payment, record: RiskRecord
) -> list[Write]:
    """What the decision means for the payment; nothing yet when it is allowed."""
    decision = record.decision
    if decision.outcome == "ALLOW":
        return []
    if decision.outcome == "DECLINE":
        step = Step(status="declined", at=record.at, by="fraud", reason="FRAD")
        return [payments.take(payment, step)]
    case = Case(
        id=case_id(payment.id, record.at),
        tenant=payment.tenant,
        payment_id=payment.id,
        opened_at=record.at,
        score=decision.score,
        reasons=decision.reasons,
    )
    step = Step(status="in_review", at=record.at, by="fraud")
    return [payments.take(payment, step, case_id=case.id), open_case(risk, case)]
