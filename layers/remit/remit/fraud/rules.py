"""The house's rule set, as data. Changing anything here changes its version."""

from remit.fraud.model import Condition, Outcome, Rule, RuleSet

_LIMITS = {
    "extreme": {"*": 1_000_000, "JPY": 150_000_000},
    "large": {"*": 10_000, "JPY": 1_500_000},
    "large_at_night": {"*": 7_500, "JPY": 1_100_000},
    "large_to_new_payee": {"*": 5_000, "JPY": 750_000},
    "much_in_a_day": {"*": 1_000_000, "JPY": 150_000_000},
    "much_in_a_week": {"*": 3_000_000, "JPY": 450_000_000},
}

_RULES: tuple[tuple[str, Outcome, int, tuple[tuple[str, str, int | str], ...]], ...] = (
    ("PAYEE_BLOCKED", "DECLINE", 100, (("payee_mark", "is", "blocked"),)),
    ("AMOUNT_EXTREME", "DECLINE", 100, (("amount", "over", "extreme"),)),
    ("AMOUNT_OVER_LIMIT", "REVIEW", 60, (("amount", "over", "large"),)),
    ("PAYEE_LISTED", "REVIEW", 70, (("payee_mark", "is", "listed"),)),
    ("PAYEE_WATCHED", "REVIEW", 50, (("payee_mark", "is", "watched"),)),
    (
        "NEW_PAYEE_LARGE",
        "REVIEW",
        40,
        (("payee_known", "is", 0), ("amount", "over", "large_to_new_payee")),
    ),
    ("NIGHT_LARGE", "REVIEW", 40, (("hour_utc", "under", 5), ("amount", "over", "large_at_night"))),
    ("VELOCITY_1H", "REVIEW", 50, (("count_1h", "over", 250),)),
    ("VELOCITY_24H", "REVIEW", 40, (("count_24h", "over", 1_000),)),
    ("VELOCITY_7D", "REVIEW", 30, (("count_7d", "over", 5_000),)),
    ("SUM_24H", "REVIEW", 40, (("sum_24h", "over", "much_in_a_day"),)),
    ("SUM_7D", "REVIEW", 30, (("sum_7d", "over", "much_in_a_week"),)),
)


def _condition(feature: str, operator: str, bound: int | str) -> Condition:
    if operator not in ("is", "over", "under"):
        raise ValueError(f"no operator {operator}")
    return Condition(feature=feature, operator=operator, bound=bound)  # type: ignore[arg-type]


RULES = RuleSet.named(
    "house-1",
    limits=_LIMITS,
    rules=tuple(
        Rule(
            code=code,
            outcome=outcome,
            score=score,
            conditions=tuple(_condition(*condition) for condition in conditions),
        )
        for code, outcome, score, conditions in _RULES
    ),
)
"""The rules in force."""
