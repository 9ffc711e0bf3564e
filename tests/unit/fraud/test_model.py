"""Counters that slide, rules that fire at their bounds, and decisions that can be made again."""

from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from remit.fraud.check import decided
from remit.fraud.model import (
    WINDOWS,
    Condition,
    Facts,
    Payee,
    Rule,
    RuleSet,
    count,
    decide,
    features,
)
from remit.fraud.rules import RULES, _condition
from remit.kernel.clock import DAY, HOUR, MINUTE

NOON = 20_782 * DAY + 12 * HOUR
CALM = {
    "amount": 1_00,
    "hour_utc": 12,
    "payee_known": 1,
    "payee_mark": "none",
    **{f"{kind}_{window}": 1 for kind in ("count", "sum") for window in WINDOWS},
}
FACTS = Facts(
    tenant="acme",
    payment_id="pay_1",
    account="acc_a",
    payee="acc_b",
    amount=5_00,
    currency="EUR",
    created_at=NOON,
)
KNOWN = Payee(known=True, mark="none")


def test_a_calm_payment_is_allowed_without_a_reason():
    decision = decide(RULES, CALM, currency="EUR")
    assert (decision.outcome, decision.score, decision.reasons) == ("ALLOW", 0, ())


AT_THE_BOUND = [
    ("PAYEE_BLOCKED", "DECLINE", {"payee_mark": "blocked"}, {"payee_mark": "none"}),
    ("PAYEE_WATCHED", "REVIEW", {"payee_mark": "watched"}, {"payee_mark": "none"}),
    ("PAYEE_LISTED", "REVIEW", {"payee_mark": "listed"}, {"payee_mark": "watched"}),
    ("AMOUNT_EXTREME", "DECLINE", {"amount": 1_000_000_01}, {"amount": 1_000_000_00}),
    ("AMOUNT_OVER_LIMIT", "REVIEW", {"amount": 10_000_01}, {"amount": 10_000_00}),
    (
        "NEW_PAYEE_LARGE",
        "REVIEW",
        {"payee_known": 0, "amount": 5_000_01},
        {"payee_known": 0, "amount": 5_000_00},
    ),
    (
        "NIGHT_LARGE",
        "REVIEW",
        {"hour_utc": 4, "amount": 7_500_01},
        {"hour_utc": 5, "amount": 7_500_01},
    ),
    ("VELOCITY_1H", "REVIEW", {"count_1h": 251}, {"count_1h": 250}),
    ("VELOCITY_24H", "REVIEW", {"count_24h": 1_001}, {"count_24h": 1_000}),
    ("VELOCITY_7D", "REVIEW", {"count_7d": 5_001}, {"count_7d": 5_000}),
    ("SUM_24H", "REVIEW", {"sum_24h": 1_000_000_01}, {"sum_24h": 1_000_000_00}),
    ("SUM_7D", "REVIEW", {"sum_7d": 3_000_000_01}, {"sum_7d": 3_000_000_00}),
]


@pytest.mark.parametrize(("code", "outcome", "over", "at"), AT_THE_BOUND)
def test_each_rule_fires_beyond_its_bound_and_not_at_it(
    code: str, outcome: str, over: dict[str, int | str], at: dict[str, int | str]
):
    fired = decide(RULES, CALM | over, currency="EUR")
    assert code in fired.reasons
    assert code not in decide(RULES, CALM | at, currency="EUR").reasons
    assert next(rule for rule in RULES.rules if rule.code == code).outcome == outcome


def test_every_rule_of_the_house_has_been_tried_at_its_bound():
    assert {case[0] for case in AT_THE_BOUND} == {rule.code for rule in RULES.rules}


def test_the_severest_outcome_decides_and_every_reason_is_named():
    both = CALM | {"payee_mark": "blocked", "amount": 10_000_01}
    decision = decide(RULES, both, currency="EUR")
    assert decision.outcome == "DECLINE"
    assert decision.reasons == ("PAYEE_BLOCKED", "AMOUNT_OVER_LIMIT")
    assert decision.score == 100


@pytest.mark.parametrize(
    ("currency", "amount", "fires"),
    [("JPY", 1_500_000, False), ("JPY", 1_500_001, True), ("BHD", 10_000_001, True)],
)
def test_limits_are_in_the_currencys_own_minor_units(currency: str, amount: int, fires: bool):
    decision = decide(RULES, CALM | {"amount": amount}, currency=currency)
    assert ("AMOUNT_OVER_LIMIT" in decision.reasons) is fires


def test_the_version_changes_with_any_rule_or_limit():
    rule = replace(RULES.rules[2], score=61)
    others = [
        RuleSet.named("house-1", (*RULES.rules[:2], rule, *RULES.rules[3:]), RULES.limits),
        RuleSet.named("house-1", RULES.rules, dict(RULES.limits) | {"large": {"*": 9_999}}),
        RuleSet.named("house-2", RULES.rules, RULES.limits),
    ]
    assert len({RULES.version, *(other.version for other in others)}) == 4
    assert RuleSet.named("house-1", RULES.rules, RULES.limits).version == RULES.version


def test_a_text_cannot_be_compared_by_size():
    odd = Rule(
        code="ODD",
        outcome="REVIEW",
        score=1,
        conditions=(Condition(feature="payee_mark", operator="over", bound=1),),
    )
    with pytest.raises(TypeError, match="payee_mark"):
        decide(RuleSet.named("odd", (odd,), {}), CALM, currency="EUR")


def test_a_payment_is_counted_in_every_window():
    counted = count({}, amount=700, at=NOON)
    measured = features(FACTS, counted, KNOWN)
    assert [measured[f"count_{window}"] for window in WINDOWS] == [1, 1, 1]
    assert [measured[f"sum_{window}"] for window in WINDOWS] == [700, 700, 700]


@given(st.lists(st.tuples(st.integers(0, 9 * DAY), st.integers(1, 10_000)), max_size=40))
def test_a_window_counts_what_lies_in_its_buckets_and_nothing_else(
    payments: list[tuple[int, int]],
):
    counters = {}
    payments = sorted((NOON + after, amount) for after, amount in payments)
    for at, amount in payments:
        counters = count(counters, amount=amount, at=at)
    for window, (width, buckets) in WINDOWS.items():
        current = payments[-1][0] // width if payments else 0
        inside = [amount for at, amount in payments if at // width > current - buckets]
        found = counters.get(window, {}).values()
        assert sum(pair[0] for pair in found) == len(inside)
        assert sum(pair[1] for pair in found) == sum(inside)
        assert len(found) <= buckets


def test_an_hour_old_payment_leaves_the_hour_and_stays_in_the_day():
    counters = count(count({}, amount=1, at=NOON), amount=1, at=NOON + 60 * MINUTE)
    measured = features(FACTS, counters, KNOWN)
    assert (measured["count_1h"], measured["count_24h"]) == (1, 2)


def test_a_decision_made_again_is_the_same_in_every_part():
    first = decided(None, RULES, FACTS, KNOWN, now=NOON)
    second = replace(FACTS, payment_id="pay_2", amount=9_00)
    once = decided(first, RULES, second, KNOWN, now=NOON + 5)
    again = decided(first, RULES, second, KNOWN, now=NOON + 5)
    assert once == again
    assert once.sequence == first.sequence + 1
    assert once.decision.features["sum_1h"] == 14_00


def test_a_clock_that_runs_behind_does_not_turn_the_chain_back():
    first = decided(None, RULES, FACTS, KNOWN, now=NOON)
    later = decided(first, RULES, FACTS, KNOWN, now=NOON - HOUR)
    assert later.at == NOON


def test_a_rule_with_an_operator_that_is_none_is_a_defect():
    with pytest.raises(ValueError, match="no operator about"):
        _condition("amount", "about", 5)
