"""What an answer of a rail may come to. The commits are in the integration tests."""

import pytest

from remit.payments.outcome import NotSubmitted, contradicted
from tests.unit.payments.outside import outside


def test_an_answer_against_the_first_one_contradicts_it():
    assert contradicted(outside("reserved", "submitted", "declined")).status == "contradicted"


@pytest.mark.parametrize("statuses", [(), ("declined",), ("reserved",), ("reserved", "declined")])
def test_an_answer_about_what_no_rail_was_given_is_a_fault(statuses):
    with pytest.raises(NotSubmitted):
        contradicted(outside(*statuses))
