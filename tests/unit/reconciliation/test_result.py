"""A run is a function of its input: order, repetition and time leave no trace in its hash."""

import random
from collections import Counter
from dataclasses import replace

import pytest
from hypothesis import given as drawn
from hypothesis import settings
from hypothesis import strategies as st

from remit.reconciliation.model import LineDiffers
from remit.reconciliation.result import Input, compare, reconcile
from remit.reconciliation.rules import RULES
from tests.unit.reconciliation.made import (
    given,
    later,
    ours,
    payment,
    rule,
    rules,
    statement,
    theirs,
)

names = st.sampled_from(["", "", "r1", "r2", "r3"])
amounts = st.one_of(st.integers(-3, 3), st.integers(-50, 50))
moved = st.tuples(amounts, names, st.integers(0, 9), names)


def some(make, prefix, **more):
    return st.lists(moved, max_size=14).map(
        lambda each: [
            make(f"{prefix}{n}", amount, name, day=later(days), e2e=e2e, **more)
            for n, (amount, name, days, e2e) in enumerate(each)
        ]
    )


payments = st.lists(st.tuples(st.integers(1, 9), st.booleans()), max_size=6).map(
    lambda each: [payment(f"p{n}", amount, moved=yes) for n, (amount, yes) in enumerate(each)]
)
posted = st.lists(st.tuples(st.integers(1, 9), st.sampled_from(["", "p0", "p1", "p2"])), max_size=8)
inputs = st.builds(
    lambda bank, nostro, facts, lines, drift: given(
        bank,
        nostro,
        payments=facts,
        postings=[ours(f"l{n}", amount, payment=of) for n, (amount, of) in enumerate(lines)],
        closing=None if drift else 5,
    ),
    some(theirs, "t"),
    some(ours, "o"),
    payments,
    posted,
    st.booleans(),
)


def shuffled(looked_at, chance):
    """The same input in another order, with some of its lines told twice."""

    def mixed(lines):
        told = [*lines, *chance.choices(lines, k=len(lines) // 2)] if lines else []
        return tuple(chance.sample(told, len(told)))

    return Input(
        payments=mixed(looked_at.payments),
        postings=mixed(looked_at.postings),
        nostro=mixed(looked_at.nostro),
        statement=replace(looked_at.statement, lines=mixed(looked_at.statement.lines)),
        previous=looked_at.previous,
    )


@settings(max_examples=200, deadline=None)
@drawn(inputs, st.integers(0, 2**32))
def test_shuffled_and_repeated_the_input_gives_the_same_result(looked_at, seed):
    first = reconcile(looked_at, RULES)
    again = reconcile(shuffled(looked_at, random.Random(seed)), RULES)
    bank = [each.id for each in first.matches if each.relation == "bank"]
    assert bank == sorted(bank)
    assert again == first
    assert compare(first, again).differs == ""


@settings(max_examples=300, deadline=None)
@drawn(inputs)
def test_every_line_is_in_exactly_one_match_or_break(looked_at):
    found = reconcile(looked_at, RULES)
    for relation, left, right in (
        ("books", [each for each in looked_at.payments if each.moved], looked_at.postings),
        ("bank", looked_at.nostro, looked_at.statement.lines),
    ):
        of_it = [each for each in (*found.matches, *found.breaks) if each.relation == relation]
        for side, lines in (("ours", left), ("theirs", right)):
            told = Counter(name for each in of_it for name in getattr(each, side))
            assert told == Counter(line.id for line in lines)


@settings(max_examples=300, deadline=None)
@drawn(inputs)
def test_what_is_matched_and_what_is_broken_come_to_all_there_is(looked_at):
    found = reconcile(looked_at, RULES)
    bank = {total.side: total for total in found.totals if total.relation == "bank"}
    for side, lines in (("ours", looked_at.nostro), ("theirs", looked_at.statement.lines)):
        if lines:
            assert bank[side].matched + bank[side].broken == sum(line.amount for line in lines)
    assert {(each.relation, each.side) for each in found.totals} <= {
        (relation, side) for relation in ("books", "bank") for side in ("ours", "theirs")
    }
    for relation in ("books", "bank"):
        sums = {"ours": 0, "theirs": 0}
        for total in found.totals:
            if total.relation == relation:
                sums[total.side] += total.matched + total.broken
        # All differences together are what the two sides differ by: none is lost, none made.
        told = sum(
            each.difference
            for each in found.breaks
            if each.relation == relation and each.type != "balance"
        )
        assert told == sums["theirs"] - sums["ours"]


@settings(max_examples=200, deadline=None)
@drawn(inputs)
def test_a_match_without_tolerance_leaves_no_difference(looked_at):
    found = reconcile(looked_at, RULES)
    every = (*looked_at.payments, *looked_at.postings, *looked_at.nostro)
    lines = {line.id: line.amount for line in (*every, *looked_at.statement.lines)}
    for each in found.matches:
        difference = sum(lines[name] for name in each.theirs) - sum(lines[n] for n in each.ours)
        assert difference == each.difference
        assert difference == 0 or each.rule == "reference, a unit off"


def test_a_run_names_its_input_and_its_rules():
    looked_at = given([theirs("x", 5, "r")], [ours("a", 5, "r")])
    first = reconcile(looked_at, RULES)
    assert first.rules == RULES.version
    assert len(first.input_hash) == len(first.result_hash) == 64
    assert reconcile(looked_at, rules(rule())).input_hash == first.input_hash


def test_two_runs_are_compared_by_what_differs_first_and_by_their_breaks():
    base = given([theirs("x", 5, "r"), theirs("y", 9, "s")], [ours("a", 5, "r")])
    first = reconcile(base, RULES)
    assert compare(first, first).differs == ""
    mended = reconcile(replace(base, nostro=(*base.nostro, ours("b", 9, "s"))), RULES)
    found = compare(first, mended)
    assert (found.differs, len(found.gone), found.came) == ("input", 1, ())
    found = compare(first, reconcile(base, rules()))
    assert (found.differs, len(found.came)) == ("rules", 1)
    assert compare(first, replace(first, result_hash="0")).differs == "result"


@pytest.mark.parametrize(
    "change",
    [
        {"payments": (payment("p", 5),)},
        {"postings": (ours("l", 5),)},
        {"nostro": ()},
        {"previous": statement(id="stm_6", number=6)},
        {"statement": statement(theirs("x", 5, "r"), number=8)},
    ],
)
def test_whatever_changes_in_the_input_changes_its_hash(change):
    base = given([theirs("x", 5, "r")], [ours("a", 5, "r")])
    changed = reconcile(replace(base, **change), RULES)
    assert changed.input_hash != reconcile(base, RULES).input_hash


def test_of_the_statement_before_only_its_balances_are_looked_at():
    before = statement(theirs("old", 5), number=6, opening=0, first="2026-03-01", last="2026-03-09")
    first = reconcile(given(previous=before, opening=5), RULES)
    again = reconcile(given(previous=replace(before, lines=()), opening=5), RULES)
    assert first == again
    assert first.breaks == ()


def test_a_line_with_two_contents_stops_the_run():
    with pytest.raises(LineDiffers):
        reconcile(given([theirs("x", 5), theirs("x", 6)]), RULES)
