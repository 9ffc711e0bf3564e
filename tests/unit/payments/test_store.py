"""What the store of payments refuses before it asks the database anything."""

from typing import get_args

import pytest

from remit.payments.model import Back, PaymentNotFound, Status, Step
from remit.payments.store import PaymentMoved, PaymentStore, _item, payment_of
from tests.unit.payments.made import payment
from tests.unit.payments.outside import outside

STORE = PaymentStore.of(None, "Payments")


def back(amount):
    return Back(id="tr_1", amount=amount, at=9)


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


def test_no_more_comes_back_than_a_rail_has_carried():
    completed = outside("reserved", "submitted", "completed", returned=12_00)
    step = Step(status="returned", at=9, by="sct_inst")
    for wrong in (completed.after(step), outside("reserved"), payment()):
        with pytest.raises(ValueError, match="no more comes back"):
            STORE.give_back(wrong, back(50), step)
    with pytest.raises(ValueError, match="no more comes back"):
        STORE.give_back(completed, back(51), step)


def test_a_payment_is_returned_when_all_of_it_has_come_back_and_not_before():
    completed = outside("reserved", "submitted", "completed", returned=12_00)
    step = Step(status="returned", at=9, by="sct_inst")
    with pytest.raises(ValueError, match="all of it"):
        STORE.give_back(completed, back(50), None)
    with pytest.raises(ValueError, match="all of it"):
        STORE.give_back(completed, back(49), step)


def test_a_payment_on_a_rail_is_kept_and_read_back_whole():
    made = outside(
        "reserved",
        because="it is the cheapest that can",
        creditor_masked="NL91",
        creditor_country="NL",
        returned=5,
    )
    assert payment_of(_item(made)) == made
    assert payment_of(_item(payment())) == payment()
