"""What the fraud check is told of a payment. The commits are in the integration tests."""

from dataclasses import asdict

from remit.payments.check import facts_of
from tests.unit.payments.made import CREATED, payment


def test_the_check_is_told_ids_amount_and_time():
    facts = facts_of(payment())
    assert (facts.account, facts.payee) == (
        "acc_2D8F20N1CJBMXGP9DGXRSQ6KAD",
        "acc_4FTRW6RSDSTW65172B22TMPX49",
    )
    assert (facts.amount, facts.currency, facts.created_at) == (12_50, "EUR", CREATED)


def test_the_check_is_told_nothing_personal():
    told = str(asdict(facts_of(payment(remittance="for Ada's surgery", reference="ada-1"))))
    assert "Ada" not in told
    assert "ada" not in told
