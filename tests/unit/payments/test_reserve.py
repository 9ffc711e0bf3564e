"""What setting money aside means for the ledger. The commits are in the integration tests."""

from remit.ledger.chart import house_account
from remit.ledger.model import Leg
from remit.payments.reserve import in_transit, transfer_id, transfer_of
from tests.unit.payments.made import CREATED
from tests.unit.payments.outside import outside


def test_the_transfers_id_derives_from_the_payment_whenever_it_is_made():
    first, later = transfer_of(outside(), now=CREATED), transfer_of(outside(), now=CREATED + 9)
    assert first.id == later.id == transfer_id(outside())
    assert transfer_id(outside(id="pay_5VGJ1E1F5DFTF0ER28K605CQWM")) != first.id


def test_the_money_goes_from_the_debtor_into_transit():
    made = transfer_of(outside(), now=CREATED + 9)
    assert made.legs == (
        Leg(account_id="acc_2D8F20N1CJBMXGP9DGXRSQ6KAD", side="debit", amount=12_50),
        Leg(account_id=in_transit(outside()), side="credit", amount=12_50),
    )
    assert (made.kind, made.reference, made.at) == ("reserve", outside().id, CREATED + 9)


def test_a_payments_money_is_always_in_the_same_shard():
    assert in_transit(outside("reserved")) == in_transit(outside("reserved", "submitted"))
    found = house_account(in_transit(outside()))
    assert found is not None
    assert found[0].name == "in_transit"
