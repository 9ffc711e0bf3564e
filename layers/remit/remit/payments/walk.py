"""Take a payment a step on: load, may it move, commit; again from where others have moved it to."""

from collections.abc import Callable
from typing import TypeVar

from remit.kernel.errors import Contended
from remit.payments.model import Payment
from remit.payments.store import PaymentMoved, PaymentStore
from remit.store import commit as unit_of_work
from remit.store.commit import Stale, pause

R = TypeVar("R")


def walk(payments: PaymentStore, tenant: str, payment_id: str, move: Callable[[Payment], R]) -> R:
    """What `move` returns of the payment as it stands; `move` commits, or leaves it alone.

    It is made again while others get there first. Raises `PaymentNotFound`, `Contended` or
    `Unavailable`, and what `move` raises.
    """
    payment = payments.get(tenant, payment_id)
    for attempt in range(unit_of_work.ATTEMPTS):
        try:
            return move(payment)
        except PaymentMoved as moved:
            payment = moved.payment
        except Stale:
            pause(attempt)
    raise Contended
