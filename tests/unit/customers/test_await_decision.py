"""What the machine is to be told."""

import pytest

from remit.customers.await_decision import decision_of
from remit.customers.model import Decided, Opened
from tests.unit.customers.made import NOW, customer

APPROVED = Decided(decision="approve", by="ada", at=NOW)


@pytest.mark.parametrize(
    ("one", "told"),
    [
        (customer("needs_attention"), None),
        (customer("needs_attention", decided=APPROVED), "approved"),
        (customer("needs_attention", "rejected"), "rejected"),
        (customer("needs_attention", "abandoned"), "abandoned"),
        (customer("active", "needs_attention", decided=APPROVED,
                  accounts=(Opened(id="a", currency="EUR"),)), None),
    ],
)  # fmt: skip
def test_it_is_told_what_was_decided_for_it_and_not_what_was_long_before(one, told):
    assert decision_of(one) == told
