"""Rules as data: their versions, and what is no rule."""

import pytest

from remit.reconciliation.rules import RULES, Grade, RuleSet
from tests.unit.reconciliation.made import rule, rules


def test_a_version_is_the_content():
    versions = {
        rules(rule()).version,
        rules(rule(lag=1)).version,
        rules(rule(tolerance=1)).version,
        rules(rule(by=())).version,
        rules(rule(), name="other").version,
        rules(rule("b"), rule()).version,
        rules(rule(), rule("b")).version,
    }
    assert len(versions) == 7
    assert rules(rule()).version == rules(rule()).version
    assert RULES.version.startswith("house-1-")


@pytest.mark.parametrize(
    "wrong",
    [
        {"confidence": 0},
        {"confidence": 101},
        {"tolerance": -1},
        {"lag": -1},
        {"lag": 32},
        {"most": 2},
        {"shape": "1:n"},
        {"shape": "n:m", "most": 1_001},
    ],
)
def test_a_rule_without_bounds_is_refused(wrong):
    with pytest.raises(ValueError, match="rule: "):
        rules(rule(**wrong))


def test_a_rules_bounds_may_be_reached():
    rules(rule(confidence=1, lag=31), rule("b", confidence=100, shape="n:1", most=1_000))


def test_two_rules_of_one_name_and_relations_that_lack_are_refused():
    with pytest.raises(ValueError, match="name of its own"):
        rules(rule(), rule())
    with pytest.raises(ValueError, match="of the books and of the bank"):
        RuleSet.named("x", rules={"bank": ()}, grades=(), timing_days=0, hours={})
    with pytest.raises(ValueError, match="whole units"):
        RuleSet.named(
            "x",
            rules={"bank": (), "books": ()},
            grades=(Grade(type="*", over=-2, severity="low"),),
            timing_days=0,
            hours={},
        )


@pytest.mark.parametrize(
    ("type_", "amount", "currency", "severity"),
    [
        ("missing", 100, "EUR", "medium"),
        ("missing", 1_000_000, "EUR", "medium"),
        ("missing", 1_000_001, "EUR", "high"),
        ("missing", -1_000_001, "EUR", "high"),
        ("missing", -10_000_001, "EUR", "critical"),
        ("unexpected", 100_001, "JPY", "critical"),
        ("amount", 10_000_001, "EUR", "high"),
        ("timing", 100, "EUR", "low"),
        ("timing", 1_000_001, "EUR", "high"),
        ("balance", 0, "EUR", "critical"),
    ],
)
def test_severity_is_a_table_over_type_and_amount_of_either_sign(type_, amount, currency, severity):
    assert RULES.severity(type_, amount=amount, currency=currency) == severity


def test_without_grades_a_break_is_of_low_severity():
    plain = RuleSet.named(
        "x", rules={"bank": (), "books": ()}, grades=(), timing_days=0, hours={"low": 1}
    )
    assert plain.severity("missing", amount=10**9, currency="EUR") == "low"
