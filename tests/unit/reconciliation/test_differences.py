"""Breaks: each planted difference is found, with its type, and each line is in one place."""

import pytest

from remit.reconciliation.result import reconcile
from remit.reconciliation.rules import RULES
from tests.unit.reconciliation.made import given, later, ours, payment, rule, rules, theirs

GOOD_OURS = [ours(f"o{n}", 100 + n, f"ref{n}", e2e=f"e{n}") for n in range(20)]
GOOD_THEIRS = [theirs(f"t{n}", 100 + n, f"ref{n}", e2e=f"e{n}") for n in range(20)]


def told(bank, nostro, **more):
    """The breaks of a run: type, our lines, their lines, difference."""
    found = reconcile(given([*GOOD_THEIRS, *bank], [*GOOD_OURS, *nostro], **more), RULES)
    return sorted((each.type, each.ours, each.theirs, each.difference) for each in found.breaks)


def test_where_both_sides_agree_there_is_no_break():
    assert told([], []) == []


@pytest.mark.parametrize("amount", [500, -500])
def test_what_the_bank_lacks_is_missing(amount):
    assert told([], [ours("a", amount, "r")]) == [("missing", ("a",), (), -amount)]


@pytest.mark.parametrize("amount", [500, -500])
def test_what_only_the_bank_has_is_unexpected(amount):
    assert told([theirs("x", amount, "r")], []) == [("unexpected", (), ("x",), amount)]


@pytest.mark.parametrize("drift", [3, -3])
def test_another_amount_of_either_sign_is_a_break_of_both_lines(drift):
    bank, nostro = [theirs("x", 500 + drift, "r")], [ours("a", 500, "r")]
    assert told(bank, nostro) == [("amount", ("a",), ("x",), drift)]


@pytest.mark.parametrize("drift", [1, -1])
def test_what_a_tolerance_lets_pass_is_a_break_all_the_same(drift):
    found = reconcile(given([theirs("x", 500 + drift, "r")], [ours("a", 500, "r")]), RULES)
    (match,), (only,) = found.matches, found.breaks
    assert (only.type, only.ours, only.theirs, only.difference) == ("amount", (), (), drift)
    assert only.match_id == match.id
    assert "a unit off" in only.detail


def test_drift_of_one_sign_does_not_make_up_for_drift_of_the_other():
    bank = [theirs("x", 501, "r"), theirs("y", 499, "s")]
    assert [each[3] for each in told(bank, [ours("a", 500, "r"), ours("b", 500, "s")])] == [-1, 1]


def test_another_currency_is_a_break_of_both_lines():
    found = reconcile(given([theirs("x", 500, "r")], [ours("a", 500, "r", currency="USD")]), RULES)
    (only,) = found.breaks
    assert (only.type, only.ours, only.theirs) == ("currency", ("a",), ("x",))
    assert (only.currency, only.difference) == ("USD", -500)
    assert only.detail == "in USD here, and in EUR there"


def test_a_line_that_the_bank_has_twice_is_a_duplicate():
    bank = [theirs("t0b", 100, "ref0", e2e="e0")]
    assert told(bank, []) == [("duplicate", (), ("t0b",), 100)]


def test_a_line_that_we_have_twice_is_a_duplicate():
    assert told([], [ours("o0b", 100, "ref0", e2e="e0")]) == [("duplicate", ("o0b",), (), -100)]


def test_of_two_that_only_the_bank_has_the_first_is_unexpected_and_the_second_a_duplicate():
    bank = [theirs("y", 5, "r"), theirs("x", 5, "r", day=later(1))]
    assert told(bank, []) == [("duplicate", (), ("x",), 5), ("unexpected", (), ("y",), 5)]


def test_a_line_that_repeats_a_later_one_that_was_matched_is_the_duplicate():
    bank = [theirs("x", 5, "r"), theirs("y", 5, "r", day=later(7))]
    nostro = [ours("a", 5, "r", day=later(7))]
    assert told(bank, nostro) == [("duplicate", (), ("x",), 5)]


def test_equal_lines_without_a_name_are_no_duplicates():
    assert [each[0] for each in told([theirs("x", 5), theirs("y", 5)], [])] == ["unexpected"] * 2


def test_the_same_line_too_many_days_apart_is_a_break_of_timing():
    bank, nostro = [theirs("x", 500, "r", day=later(6))], [ours("a", 500, "r")]
    assert told(bank, nostro) == [("timing", ("a",), ("x",), 0)]
    assert told([theirs("x", 500, "r", day=later(5))], nostro) == []


@pytest.mark.parametrize(("days", "type_"), [(8, "missing"), (9, "timing"), (10, "timing")])
def test_what_we_booked_at_the_statements_end_may_come_on_the_next(days, type_):
    assert told([], [ours("a", 500, "r", day=later(days))]) == [(type_, ("a",), (), -500)]


def test_two_lines_under_different_end_to_end_ids_are_two_breaks():
    bank, nostro = [theirs("x", 5, "r", e2e="ex")], [ours("a", 5, "r", e2e="ea")]
    assert [each[0] for each in told(bank, nostro)] == ["missing", "unexpected"]


def test_a_statement_that_does_not_add_up_is_a_break():
    assert told([], [], closing=9) == [("balance", (), (), 9 - 1000 - sum(range(100, 120)))]


def test_a_payment_that_moved_and_is_not_on_the_ledger_is_missing():
    facts = [payment("pay_1", 50), payment("pay_2", 60), payment("pay_3", 70, moved=False)]
    posted = [ours("l1", 50, payment="pay_1")]
    found = reconcile(given(payments=facts, postings=posted), RULES)
    (only,) = found.breaks
    assert (only.relation, only.type, only.ours) == ("books", "missing", ("pay_2",))


@pytest.mark.parametrize(
    ("posted", "type_"),
    [
        ([("l1", 51)], "amount"),
        ([("l1", 50), ("l2", 50)], "duplicate"),
        ([("l1", 20), ("l2", 30)], None),
        ([], "missing"),
    ],
)
def test_a_payment_is_on_the_ledger_once_and_whole(posted, type_):
    lines = [ours(name, amount, payment="pay_1") for name, amount in posted]
    found = reconcile(given(payments=[payment("pay_1", 50)], postings=lines), RULES)
    assert [each.type for each in found.breaks] == ([type_] if type_ else [])
    assert all(each.relation == "books" for each in found.breaks)


def test_a_payment_that_did_not_move_and_is_on_the_ledger_is_unexpected():
    facts, posted = [payment("pay_1", 50, moved=False)], [ours("l1", 50, payment="pay_1")]
    (only,) = reconcile(given(payments=facts, postings=posted), RULES).breaks
    assert (only.type, only.theirs) == ("unexpected", ("l1",))


def test_a_break_that_is_found_again_is_the_same_break():
    first = reconcile(given([theirs("x", 5, "r")]), RULES)
    second = reconcile(given([theirs("x", 5, "r"), theirs("y", 7, "s")]), RULES)
    assert {each.id for each in first.breaks} < {each.id for each in second.breaks}


def test_severity_comes_from_the_rule_set():
    (only,) = reconcile(given([theirs("x", 10_000_001, "r")]), RULES).breaks
    assert only.severity == "critical"
    (only,) = reconcile(given([theirs("x", 1, "r")]), rules(rule())).breaks
    assert only.severity == "medium"
