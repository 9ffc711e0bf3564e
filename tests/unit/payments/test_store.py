"""What the store of payments refuses before it asks the database anything."""

from typing import get_args

import pytest

from remit.payments.model import PaymentNotFound, Status, Step
from remit.payments.store import PaymentMoved, PaymentStore, _item
from tests.unit.payments.made import payment

STORE = PaymentStore.of(None, "Payments")


@pytest.mark.parametrize("status", [status for status in get_args(Status) if status != "declined"])
def test_no_write_leads_off_the_roads(status):
    final = payment().after(Step(status="declined", at=1, by="fraud"))
    with pytest.raises(ValueError, match=f"no road leads from declined to {status}"):
        STORE.take(final, Step(status=status, at=2, by="ada"))


def test_a_payment_that_moved_meanwhile_is_handed_on_as_it_is():
    cancelled = payment().after(Step(status="cancelled", at=2, by="ada", reason="CUST"))
    write = STORE.take(payment(), Step(status="completed", at=3, by="ledger"))

    moved = write.failed(_item(cancelled))

    assert isinstance(moved, PaymentMoved)
    assert moved.payment == cancelled
    assert isinstance(write.failed(None), PaymentNotFound)
