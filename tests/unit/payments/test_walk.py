"""Taking a payment a step on while others move it."""

import pytest

from remit.kernel.errors import Contended
from remit.payments.store import PaymentMoved
from remit.payments.walk import walk
from remit.store.commit import ATTEMPTS, Stale
from tests.unit.payments.outside import outside


class Store:
    def get(self, tenant, payment_id):
        return outside(tenant=tenant, id=payment_id)


@pytest.fixture(autouse=True)
def pauses(monkeypatch):
    taken = []
    monkeypatch.setattr("time.sleep", taken.append)
    return taken


def test_a_payment_that_moved_is_decided_on_anew_from_where_it_is():
    seen = []

    def move(payment):
        seen.append(payment.status)
        if payment.status == "received":
            raise PaymentMoved(outside("reserved"))
        return "done"

    assert walk(Store(), "acme", "pay_1", move) == "done"
    assert seen == ["received", "reserved"]


def test_books_that_moved_are_waited_for_within_bounds(pauses):
    tries = []

    def move(_):
        tries.append(1)
        raise Stale

    with pytest.raises(Contended):
        walk(Store(), "acme", "pay_1", move)
    assert len(tries) == len(pauses) == ATTEMPTS
