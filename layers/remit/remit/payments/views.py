"""Payments as clients see them."""

from remit.kernel.clock import rfc3339
from remit.payments.model import OTHER_REASON, REASONS, Payment, Step

_NUMBERED = "tok_account_"
"""How tokens of account numbers begin; of creditors, those who were found by a proxy have one."""


def payment_view(payment: Payment) -> dict[str, object]:
    """The payment as `schema.PaymentView`."""
    return {
        "id": payment.id,
        "status": payment.status,
        "debtor_account": payment.debtor_account,
        "creditor": _creditor_view(payment),
        "amount": payment.amount,
        "currency": payment.currency,
        "rail": payment.rail,
        "remittance": payment.remittance,
        "end_to_end_id": payment.end_to_end_id,
        "reference": payment.reference,
        "case_id": payment.case_id,
        "created_at": rfc3339(payment.created_at),
        "history": [_step_view(step) for step in payment.history],
        **(_outside_view(payment) if payment.is_outside else {}),
    }


def _creditor_view(payment: Payment) -> dict[str, object]:
    if not payment.is_outside:
        return {"account": payment.creditor_account}
    number = "account" if payment.creditor_account.startswith(_NUMBERED) else "iban"
    return {
        "token": payment.creditor_account,
        number: payment.creditor_masked,
        "country": payment.creditor_country,
    }


def _outside_view(payment: Payment) -> dict[str, object]:
    return {
        "rail_because": payment.because,
        "uetr": payment.uetr,
        "returned_amount": payment.returned,
    }


def _step_view(step: Step) -> dict[str, object]:
    view: dict[str, object] = {"status": step.status, "at": rfc3339(step.at)}
    if step.reason is not None:
        text = REASONS.get(step.reason, OTHER_REASON)
        view |= {"reason": step.reason, "reason_text": text}
    return view
