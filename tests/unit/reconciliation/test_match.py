"""Matching: which lines are taken for one movement, and which are not."""

from dataclasses import replace

import pytest

from remit.reconciliation.match import MOST_LOOKED_AT, match
from remit.reconciliation.model import LineDiffers
from remit.reconciliation.rules import RULES
from tests.unit.reconciliation.made import later, ours, rule, theirs

HOUSE = RULES.rules["bank"]


def taken(left, right, *some):
    """The matches, as sorted ids of both sides, with what is left."""
    found = match("bank", left, right, some or HOUSE)
    pairs = sorted((list(each.ours), list(each.theirs)) for each in found.matches)
    rest = [line.id for line in (*found.ours, *found.theirs)]
    return pairs, rest


def test_lines_of_one_reference_and_amount_are_one_movement():
    left, right = [ours("a", 5, "r1"), ours("b", 5, "r2")], [theirs("x", 5, "r2")]
    assert taken(left, right) == ([(["b"], ["x"])], ["a"])
    (only,) = match("bank", left, right, HOUSE).matches
    assert (only.rule, only.confidence, only.difference) == ("reference", 100, 0)
    assert (only.relation, only.currency) == ("bank", "EUR")


def test_lines_of_one_end_to_end_id_are_one_movement():
    (only,) = match(
        "bank", [ours("a", 5, "r1", e2e="e")], [theirs("x", 5, "r9", e2e="e")], HOUSE
    ).matches
    assert (only.rule, only.ours, only.theirs) == ("end-to-end id", ("a",), ("x",))


@pytest.mark.parametrize("amount", [6, 4, -5])
def test_another_amount_or_sign_is_another_movement(amount):
    assert taken([ours("a", 5, "r")], [theirs("x", amount, "r")], rule()) == ([], ["a", "x"])


def test_another_currency_is_another_movement():
    left, right = [ours("a", 5, "r")], [theirs("x", 5, "r", currency="USD")]
    assert taken(left, right) == ([], ["a", "x"])


def test_an_empty_reference_is_no_reference():
    left, right = [ours("a", 5)], [theirs("x", 5, day=later(1))]
    assert taken(left, right, rule(lag=5)) == ([], ["a", "x"])


@pytest.mark.parametrize("days", [5, -5])
def test_days_may_be_apart_either_way_within_the_lag(days):
    left, right = [ours("a", 5, "r")], [theirs("x", 5, "r", day=later(days))]
    assert taken(left, right, rule(lag=5))[0] == [(["a"], ["x"])]
    assert taken(left, right, rule(lag=4))[0] == []
    assert taken(left, right, rule())[0] == []


@pytest.mark.parametrize("drift", [2, -2])
def test_a_tolerance_holds_either_way_and_the_difference_is_told(drift):
    left, right = [ours("a", 50, "r")], [theirs("x", 50 + drift, "r")]
    assert taken(left, right, rule(tolerance=1))[0] == []
    (only,) = match("bank", left, right, [rule(tolerance=2)]).matches
    assert only.difference == drift


def test_the_nearest_amount_is_taken_then_the_earliest_day():
    left = [ours("a", 50, "r", day=later(1))]
    right = [theirs("x", 48, "r"), theirs("y", 51, "r", day=later(1)), theirs("z", 49, "r")]
    assert taken(left, right, rule(tolerance=2, lag=1))[0] == [(["a"], ["z"])]


@pytest.mark.parametrize("days", [2, -2])
def test_a_tolerance_in_amount_is_none_in_days(days):
    left, right = [ours("a", 50, "r")], [theirs("x", 51, "r", day=later(days))]
    assert taken(left, right, rule(tolerance=1, lag=1))[0] == []
    assert len(taken(left, right, rule(tolerance=1, lag=2))[0]) == 1


def test_each_of_many_equal_lines_finds_one_within_its_lag():
    left = [ours(f"a{n}", 5, "r", day=later(n)) for n in range(10)]
    right = [theirs(f"x{n}", 5, "r", day=later(n + 1)) for n in range(10)]
    pairs, rest = taken(left, right, rule(lag=1))
    assert len(pairs) == 10
    assert rest == []


def test_lines_of_different_end_to_end_ids_are_never_one_movement():
    left, right = [ours("a", 5, "r", e2e="e1")], [theirs("x", 5, "r", e2e="e2")]
    assert taken(left, right) == ([], ["a", "x"])
    assert taken(left, [theirs("x", 5, "r")])[0] == [(["a"], ["x"])]


def test_a_batch_keeps_the_order_of_its_end_to_end_ids():
    left = [ours("a", 5, "r", e2e="e1"), ours("b", 5, "r", e2e="e2")]
    right = [theirs("x", 5, "r", e2e="e2"), theirs("y", 5, "r", e2e="e1")]
    assert taken(left, right, rule())[0] == [(["a"], ["y"]), (["b"], ["x"])]


def test_amount_and_day_match_what_has_no_name_on_the_other_side():
    assert taken([ours("a", 5, "r1")], [theirs("x", 5, "bank-9")])[0] == [(["a"], ["x"])]
    assert taken([ours("a", 5)], [theirs("x", 5, day=later(3))])[0] == [(["a"], ["x"])]
    assert taken([ours("a", 5)], [theirs("x", 5, day=later(4))])[0] == []


def test_a_line_that_the_other_side_knows_by_name_is_not_matched_by_amount_alone():
    left = [ours("a", 5, "r1"), ours("b", 5, "r2")]
    right = [theirs("x", 5, "r1"), theirs("y", 5, "r1")]
    assert taken(left, right) == ([(["a"], ["x"])], ["b", "y"])


def test_many_of_ours_stand_against_one_that_the_bank_booked():
    left = [ours("a", 5, "r"), ours("b", 7, "r"), ours("c", 9, "r")]
    (only,) = match("bank", left, [theirs("x", 21, "r")], HOUSE).matches
    assert (only.rule, only.ours, only.theirs) == ("booked as one", ("a", "b", "c"), ("x",))


def test_one_of_ours_stands_against_several_of_the_banks():
    right = [theirs("x", 5, "r"), theirs("y", -2, "r")]
    (only,) = match("bank", [ours("a", 3, "r")], right, HOUSE).matches
    assert (only.rule, only.ours, only.theirs) == ("booked in parts", ("a",), ("x", "y"))


def test_several_stand_against_several_when_all_of_them_come_to_the_same():
    left, right = [ours("a", 5, "r"), ours("b", 7, "r")], [theirs("x", 4, "r"), theirs("y", 8, "r")]
    (only,) = match("bank", left, right, HOUSE).matches
    assert (only.rule, only.ours, only.theirs) == ("booked otherwise", ("a", "b"), ("x", "y"))


def test_the_one_choice_that_fits_is_taken():
    left = [ours("a", 5, "r"), ours("b", 7, "r"), ours("c", 100, "r")]
    assert taken(left, [theirs("x", 12, "r")], rule(shape="n:1", most=9)) == (
        [(["a", "b"], ["x"])],
        ["c"],
    )


def test_a_choice_that_is_not_the_only_one_is_left_to_a_person():
    left = [ours("a", 5, "r"), ours("b", 7, "r"), ours("c", 4, "r"), ours("d", 8, "r")]
    assert taken(left, [theirs("x", 12, "r")], rule(shape="n:1", most=9))[0] == []


def test_two_choices_that_share_nothing_are_both_taken():
    left = [ours("a", 1, "r"), ours("b", 2, "r"), ours("c", 40, "r"), ours("d", 50, "r")]
    right = [theirs("x", 3, "r"), theirs("y", 90, "r")]
    assert taken(left, right, rule(shape="n:1", most=9))[0] == [
        (["a", "b"], ["x"]),
        (["c", "d"], ["y"]),
    ]


def test_of_a_choice_and_a_larger_one_that_holds_it_the_smaller_is_taken():
    left = [ours("a", 5, "r"), ours("b", 7, "r"), ours("c", 0, "r"), ours("d", 900, "r")]
    assert taken(left, [theirs("x", 12, "r")], rule(shape="n:1", most=9))[0] == [
        (["a", "b"], ["x"])
    ]


def test_a_choice_keeps_to_the_rules_bounds():
    left = [ours("a", 5, "r"), ours("b", 7, "r", day=later(2)), ours("c", 9, "r")]
    right = [theirs("x", 12, "r")]
    assert taken(left, right, rule(shape="n:1", most=9, lag=2))[0] == [(["a", "b"], ["x"])]
    assert taken(left, right, rule(shape="n:1", most=9, lag=1))[0] == []
    assert taken([*left, ours("d", -9, "r")], right, rule(shape="n:1", most=3, lag=2))[0] == [
        (["a", "b"], ["x"])
    ]
    assert taken(left, [theirs("x", 21, "r")], rule(shape="n:1", most=2, lag=2))[0] == []


@pytest.mark.parametrize("drift", [1, -1])
def test_a_choice_may_be_off_by_the_tolerance_either_way(drift):
    left = [ours("a", 5, "r"), ours("b", 7, "r"), ours("c", 900, "r")]
    right = [theirs("x", 12 + drift, "r")]
    assert taken(left, right, rule(shape="n:1", most=9, tolerance=1))[0] == [(["a", "b"], ["x"])]
    assert taken(left, right, rule(shape="n:1", most=9))[0] == []


def test_among_many_lines_only_all_of_them_are_tried():
    left = [ours(f"a{n}", 2**n, "r") for n in range(9)]
    assert taken(left, [theirs("x", 3, "r")], rule(shape="n:1", most=20))[0] == []
    assert taken(left[:8], [theirs("x", 3, "r")], rule(shape="n:1", most=20))[0] != []
    assert len(taken(left, [theirs("x", 511, "r")], rule(shape="n:1", most=20))[0]) == 1


def test_lines_of_nothing_do_not_make_choices_without_end():
    left = [ours(f"a{n}", 0, "r") for n in range(8)]
    right = [theirs(f"x{n}", 0, "r") for n in range(7)]
    assert taken(left, right, rule(shape="n:m", most=6))[0] == []


def test_a_whole_with_a_name_of_its_own_is_not_made_of_parts_with_other_names():
    left = [ours("a", 5, "r", e2e="e1"), ours("b", 7, "r", e2e="e2")]
    assert taken(left, [theirs("x", 12, "r")], rule(shape="n:1", most=9))[0]
    assert not taken(left, [theirs("x", 12, "r", e2e="e1")], rule(shape="n:1", most=9))[0]


def test_a_line_told_twice_is_one_line_and_with_other_content_a_fault():
    left, right = [ours("a", 5, "r")], [theirs("x", 5, "r")]
    assert taken(left * 2, right * 3) == ([(["a"], ["x"])], [])
    with pytest.raises(LineDiffers, match="a is there"):
        match("bank", [*left, replace(left[0], amount=6)], right, HOUSE)


def test_what_is_looked_at_for_one_line_is_bounded():
    left = [ours("a", 5, "r", e2e="mine")]
    others = [theirs(f"x{n:03d}", 5, "r", e2e=f"e{n}") for n in range(MOST_LOOKED_AT)]
    mine = theirs("x999", 5, "r", e2e="mine")
    assert taken(left, [*others[1:], mine], rule())[0] == [(["a"], ["x999"])]
    assert taken(left, [*others, mine], rule())[0] == []


def test_a_match_has_the_same_id_in_every_run_and_another_under_another_rule():
    left, right = [ours("a", 5, "r")], [theirs("x", 5, "r")]
    (one,), (again,), (other,) = (
        match("bank", left, right, some).matches for some in (HOUSE, HOUSE, [rule("b")])
    )
    assert one.id == again.id != other.id
