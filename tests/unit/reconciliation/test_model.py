"""What lines and statements refuse to be."""

import pytest

from remit.kernel.errors import InvalidMoney
from remit.kernel.money import MAX_AMOUNT
from tests.unit.reconciliation.made import ours, statement


def test_a_line_may_be_of_either_sign_and_of_nothing():
    for amount in (MAX_AMOUNT, -MAX_AMOUNT, 0):
        assert ours("a", amount).amount == amount
    for amount in (MAX_AMOUNT + 1, -MAX_AMOUNT - 1):
        with pytest.raises(ValueError, match="minor units"):
            ours("a", amount)


@pytest.mark.parametrize("day", ["20260310", "2026-W11-2", "2026-02-30", ""])
def test_a_lines_day_is_an_iso_date(day):
    with pytest.raises(ValueError, match=r"day|Invalid|month"):
        ours("a", 1, day=day)


def test_a_line_has_an_id_a_currency_and_short_texts():
    with pytest.raises(InvalidMoney):
        ours("a", 1, currency="EUX")
    for line in ({"name": ""}, {"name": "x" * 141}, {"reference": "x" * 141}, {"e2e": "x" * 141}):
        with pytest.raises(ValueError, match="140 characters"):
            ours(line.pop("name", "a"), 1, **line)
    assert len(ours("x" * 140, 1, "x" * 140).reference) == 140


def test_a_statement_does_not_run_backwards():
    with pytest.raises(ValueError, match="before it begins"):
        statement(first="2026-03-02", last="2026-03-01")
    assert statement(first="2026-03-02", last="2026-03-02").closing == 1000
