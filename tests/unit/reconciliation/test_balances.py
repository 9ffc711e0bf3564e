"""Statements add up, and follow on one another without gap or overlap."""

from dataclasses import replace

import pytest

from remit.reconciliation.balances import balance_breaks
from remit.reconciliation.rules import RULES
from tests.unit.reconciliation.made import statement, theirs

BEFORE = statement(id="stm_6", number=6, opening=0, closing=1000, first="2026-03-01",
                   last="2026-03-09")  # fmt: skip
NOW = statement(theirs("x", 30), theirs("y", -70))


def told(current, previous=BEFORE):
    return [(each.detail.split(":")[0].split()[0], each.difference)
            for each in balance_breaks(current, previous, RULES)]  # fmt: skip


def test_a_statement_that_adds_up_and_follows_on_has_no_break():
    assert NOW.closing == 960
    assert told(NOW) == []
    assert told(NOW, None) == []


@pytest.mark.parametrize("drift", [1, -1])
def test_a_statement_off_by_one_unit_either_way_is_a_break(drift):
    assert told(replace(NOW, closing=NOW.closing + drift)) == [("opening", drift)]
    (only,) = balance_breaks(replace(NOW, closing=NOW.closing + drift), None, RULES)
    assert (only.type, only.severity, only.currency) == ("balance", "critical", "EUR")
    assert "do not come to the closing balance" in only.detail


@pytest.mark.parametrize("drift", [1, -1])
def test_an_opening_balance_that_was_not_carried_over_is_a_break(drift):
    moved = replace(NOW, opening=1000 + drift, closing=NOW.closing + drift)
    assert told(moved) == [("the", drift)]
    assert told(moved, None) == []


@pytest.mark.parametrize(("number", "kind"), [(8, "gap"), (6, "overlap"), (5, "overlap")])
def test_a_statement_of_another_number_than_the_next_is_a_break(number, kind):
    assert told(replace(NOW, number=number)) == [(kind, 0)]


@pytest.mark.parametrize(
    ("first", "kinds"),
    [("2026-03-10", []), ("2026-03-11", ["gap"]), ("2026-03-09", ["overlap"])],
)
@pytest.mark.parametrize("numbers", [(0, 7), (6, 0), (0, 0)])
def test_without_numbers_the_days_tell(first, kinds, numbers):
    previous, current = (
        replace(BEFORE, number=numbers[0]),
        replace(NOW, number=numbers[1], first=first),
    )
    assert [kind for kind, _ in told(current, previous)] == kinds


def test_two_statements_of_one_day_follow_by_their_numbers():
    assert told(replace(NOW, first=BEFORE.last)) == []


def test_all_that_is_wrong_is_told_each_with_an_id_of_its_own():
    wrong = replace(NOW, number=9, opening=5, closing=5)
    found = balance_breaks(wrong, BEFORE, RULES)
    assert len({each.id for each in found}) == 3
    assert {each.id for each in found} == {each.id for each in balance_breaks(wrong, BEFORE, RULES)}


@pytest.mark.parametrize("other", [{"account": "elsewhere"}, {"currency": "USD", "lines": ()}])
def test_statements_of_two_accounts_are_not_compared(other):
    with pytest.raises(ValueError, match="same account"):
        balance_breaks(replace(NOW, **other), BEFORE, RULES)
