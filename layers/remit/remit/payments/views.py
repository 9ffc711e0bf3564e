"""Payments as clients see them."""

from remit.kernel.clock import rfc3339
from remit.payments.model import REASONS, Payment, Step


def payment_view(payment: Payment) -> dict[str, object]:
    """The payment as `schema.PaymentView`."""
    return {
        "id": payment.id,
        "status": payment.status,
        "debtor_account": payment.debtor_account,
        "creditor": {"account": payment.creditor_account},
        "amount": payment.amount,
        "currency": payment.currency,
        "rail": "book",
        "remittance": payment.remittance,
        "end_to_end_id": payment.end_to_end_id,
        "reference": payment.reference,
        "case_id": payment.case_id,
        "created_at": rfc3339(payment.created_at),
        "history": [_step_view(step) for step in payment.history],
    }


def _step_view(step: Step) -> dict[str, object]:
    view: dict[str, object] = {"status": step.status, "at": rfc3339(step.at)}
    if step.reason is not None:
        view |= {"reason": step.reason, "reason_text": REASONS[step.reason]}
    return view
