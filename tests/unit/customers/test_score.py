"""Whether a score still stands."""

import pytest

from remit.customers.score import is_scored
from tests.unit.customers.made import section


@pytest.mark.parametrize(
    ("scored", "expected"),
    [
        (None, False),
        (section("risk", 4, outcome="clear"), True),
        (section("risk", 2, outcome="clear"), False),
        (section("risk", 4, outcome="needs_attention"), False),
    ],
)
def test_a_score_stands_if_it_is_clear_and_younger_than_the_screening(scored, expected):
    assert is_scored(scored, section("screening", 3)) is expected
