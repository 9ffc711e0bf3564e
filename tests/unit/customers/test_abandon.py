"""Only who waits for a person is abandoned."""

from remit.customers.model import STATUSES
from tests.unit.customers.made import customer


def test_only_who_waits_for_a_person_can_be_abandoned():
    assert [one for one in STATUSES if customer(one).may_become("abandoned")] == ["needs_attention"]
