"""What posting a payment means for the ledger. The commits are in the integration tests."""

from remit.ledger.model import Leg
from remit.payments.post import transfer_of
from tests.unit.payments.made import CREATED, payment


def test_the_transfers_id_derives_from_the_payment_whenever_it_is_made():
    first, later = transfer_of(payment(), now=CREATED), transfer_of(payment(), now=CREATED + 9)
    assert first.id == later.id == "tr_3BZQ7QC0TGFJ20BBXE02RHD32V"
    other = payment(id="pay_5VGJ1E1F5DFTF0ER28K605CQWM")
    assert transfer_of(other, now=CREATED).id != first.id


def test_the_debtor_is_debited_and_the_creditor_credited_with_the_amount():
    made = transfer_of(payment(), now=CREATED + 9)
    assert made.legs == (
        Leg(account_id="acc_2D8F20N1CJBMXGP9DGXRSQ6KAD", side="debit", amount=12_50),
        Leg(account_id="acc_4FTRW6RSDSTW65172B22TMPX49", side="credit", amount=12_50),
    )
    assert (made.currency, made.at, made.by) == ("EUR", CREATED + 9, "ada@acme")
    assert made.reference == "pay_3C3QB0SN97E5CRHH1YZD8FMFMJ"
