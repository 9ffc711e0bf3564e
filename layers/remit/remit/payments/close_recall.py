"""The state *Close recall*: the other bank does not give the money back."""

from remit.kernel.errors import Contended
from remit.payments.model import Status
from remit.payments.recalls import RecallStore
from remit.payments.store import PaymentStore
from remit.store import commit as unit_of_work
from remit.store.commit import Stale, commit, pause


def close_recall(
    payments: PaymentStore,
    recalls: RecallStore,
    *,
    tenant: str,
    payment_id: str,
    reason: str,
    now: int,
) -> tuple[Status, bool]:
    """Put down that the recall was refused, and why; the payment stays as it is.

    Returns the payment's status, and whether this very call closed the recall: one that has been
    answered, or was never asked for, is left alone. Raises `PaymentNotFound`, `Contended` or
    `Unavailable`.
    """
    payment = payments.get(tenant, payment_id)
    for attempt in range(unit_of_work.ATTEMPTS):
        found = recalls.find(tenant, payment_id)
        if found is None or found.status != "requested":
            return payment.status, False
        try:
            commit(
                payments.table.client,
                recalls.answer(found, "refused", reason=reason, at=now),
            )
        except Stale:
            pause(attempt)
        else:
            return payment.status, True
    raise Contended
