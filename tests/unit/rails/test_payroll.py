"""The demo's payroll file: valid, payable, and the same every time."""

import pytest

from local.samples import payroll
from remit.kernel.money import Money
from remit.rails.iso20022 import pain001

DEBTOR, CREDITORS = "acc_01JDEBTOR00000000000000000", ("acc_01JANNA", "acc_01JBRAM")


@pytest.mark.parametrize("currency", ["EUR", "JPY", "BHD"])
def test_a_payroll_pays_every_creditor_in_turn(currency):
    content = payroll(
        debtor_account=DEBTOR, creditor_accounts=CREDITORS, count=100, currency=currency
    )

    found = pain001.parse(content)

    assert found.header.item_count == len(found.items) == 100
    assert found.payment_informations[0].debtor_account.other == DEBTOR
    assert [item.outcome.creditor_account.other for item in found.items[:3]] == [
        "acc_01JANNA",
        "acc_01JBRAM",
        "acc_01JANNA",
    ]
    assert found.items[1].outcome.amount == Money(amount=192_450, currency=currency)
    assert len({item.key for item in found.items}) == 100


def test_no_salary_has_an_ending_that_the_sandbox_reacts_to():
    found = pain001.parse(payroll(debtor_account=DEBTOR, creditor_accounts=CREDITORS, count=500))

    assert all(not 1 <= item.outcome.amount.amount % 100 <= 5 for item in found.items)


def test_the_same_payroll_is_the_same_bytes():
    one, two = (payroll(debtor_account=DEBTOR, creditor_accounts=CREDITORS) for _ in range(2))

    assert one == two
    assert one != payroll(debtor_account=DEBTOR, creditor_accounts=CREDITORS, message_id="OTHER")
