"""A return as a rail tells it. The commits are in the integration tests."""

import pytest

from remit.kernel.money import Money
from remit.payments.return_funds import returned_of, transfer_id
from remit.rails.facts import Fact
from tests.unit.payments.outside import outside


def test_each_return_of_a_payment_has_a_transfer_of_its_own():
    first, second = (transfer_id(outside(), one) for one in ("A", "B"))
    assert first == transfer_id(outside("reserved"), "A") != second


def test_a_return_without_a_reason_has_the_code_for_that():
    money = Money(amount=5, currency="EUR")
    found = returned_of(Fact(uetr=None, meaning="returned", amount=money, id="A"))
    assert (found.id, found.amount, found.reason) == ("A", money, "MS03")


@pytest.mark.parametrize("part", [{"amount": None}, {"id": None}])
def test_a_return_of_nothing_or_by_nobody_is_none(part):
    whole = {"amount": Money(amount=5, currency="EUR"), "id": "A"}
    with pytest.raises(ValueError, match="an amount and an id"):
        returned_of(Fact(uetr=None, meaning="returned", **whole | part))
