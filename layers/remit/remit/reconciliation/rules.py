"""Rules of matching as versioned data: what may be taken for one movement, and how bad breaks are.

A version is a name and a hash of the content, so that two rule sets that differ never share one.
"""

from collections.abc import Mapping
from dataclasses import asdict
from typing import Literal

from remit.kernel.canonical import canonical_json, fingerprint
from remit.kernel.money import exponent
from remit.kernel.value import value
from remit.reconciliation.model import Relation, Severity, Type

Key = Literal["reference", "end_to_end_id"]
Shape = Literal["1:1", "1:n", "n:1", "n:m"]

MOST_LAG_DAYS = 31
MOST_LINES = 1_000


@value
class Rule:
    """Lines that agree in all of `by` and in currency, whose sums differ by at most `tolerance`
    minor units either way, and whose days by at most `lag` days either way, are one movement.

    `shape` is how many of ours stand against how many of theirs; `n` and `m` are two to `most`.
    """

    name: str
    by: tuple[Key, ...]
    confidence: int
    shape: Shape = "1:1"
    tolerance: int = 0
    lag: int = 0
    most: int = 1


@value
class Grade:
    """Breaks of `type` (`*`: any) over more than `over` whole units of currency are this severe."""

    type: Type | Literal["*"]
    over: int
    severity: Severity


@value
class RuleSet:
    """The rules of each relation in the order in which they are tried, and the grades of breaks, of
    which the last that fits holds.

    What of ours is booked on the last `timing_days` days of a statement may well stand on the next.
    `hours` is the clock of each severity: by when a break is to be resolved.
    """

    version: str
    rules: Mapping[Relation, tuple[Rule, ...]]
    grades: tuple[Grade, ...]
    timing_days: int
    hours: Mapping[Severity, int]

    @classmethod
    def named(
        cls,
        name: str,
        *,
        rules: Mapping[Relation, tuple[Rule, ...]],
        grades: tuple[Grade, ...],
        timing_days: int,
        hours: Mapping[Severity, int],
    ) -> "RuleSet":
        """The rule set with its version. Raises `ValueError` for rules that are none."""
        _check(rules, grades)
        content = {
            "rules": {
                relation: [asdict(rule) for rule in some] for relation, some in rules.items()
            },
            "grades": [asdict(grade) for grade in grades],
            "timing_days": timing_days,
            "hours": dict(hours),
        }
        digest = fingerprint(canonical_json(content).encode())
        return cls(
            version=f"{name}-{digest[:12]}",
            rules=rules,
            grades=grades,
            timing_days=timing_days,
            hours=hours,
        )

    def severity(self, type_: Type, *, amount: int, currency: str) -> Severity:
        """How bad a break of that type is; `amount` in minor units, of either sign."""
        scale = 10 ** exponent(currency)
        found: Severity = "low"
        for grade in self.grades:
            if grade.type in ("*", type_) and abs(amount) > grade.over * scale:
                found = grade.severity
        return found


def _check(rules: Mapping[Relation, tuple[Rule, ...]], grades: tuple[Grade, ...]) -> None:
    every = [rule for some in rules.values() for rule in some]
    if set(rules) != {"books", "bank"} or any(
        len({rule.name for rule in some}) < len(some) for some in rules.values()
    ):
        raise ValueError("rules are of the books and of the bank, each with a name of its own")
    for rule in every:
        if not 1 <= rule.confidence <= 100:  # noqa: PLR2004
            raise ValueError(f"{rule.name}: confidence is a percentage from 1 to 100")
        if rule.tolerance < 0 or not 0 <= rule.lag <= MOST_LAG_DAYS:
            raise ValueError(f"{rule.name}: tolerance and lag are bounded and not negative")
        if not (rule.most == 1 if rule.shape == "1:1" else 1 < rule.most <= MOST_LINES):
            raise ValueError(f"{rule.name}: n and m are 2 to {MOST_LINES}")
    if any(grade.over < -1 for grade in grades):
        raise ValueError("a grade is over a number of whole units, or over -1 for all")


_REF: tuple[Key, ...] = ("reference",)
_ID: tuple[Key, ...] = ("end_to_end_id",)

RULES = RuleSet.named(
    "house-1",
    rules={
        "books": (
            Rule(name="payment", by=_REF, confidence=100, lag=5),
            Rule(name="payment in parts", by=_REF, confidence=100, shape="1:n", lag=5, most=20),
        ),
        "bank": (
            Rule(name="reference", by=_REF, confidence=100),
            Rule(name="end-to-end id", by=_ID, confidence=99),
            Rule(name="reference, days apart", by=_REF, confidence=98, lag=5),
            Rule(name="end-to-end id, days apart", by=_ID, confidence=97, lag=5),
            Rule(name="booked as one", by=_REF, confidence=95, shape="n:1", lag=5, most=1_000),
            Rule(name="booked in parts", by=_REF, confidence=95, shape="1:n", lag=5, most=100),
            Rule(name="booked otherwise", by=_REF, confidence=90, shape="n:m", lag=5, most=100),
            Rule(name="amount and day", by=(), confidence=80),
            Rule(name="amount, days apart", by=(), confidence=70, lag=3),
            Rule(name="reference, a unit off", by=_REF, confidence=60, lag=5, tolerance=1),
            Rule(name="a day's sum", by=(), confidence=60, shape="n:1", most=100),
        ),
    },
    grades=(
        Grade(type="*", over=-1, severity="medium"),
        Grade(type="timing", over=-1, severity="low"),
        Grade(type="*", over=10_000, severity="high"),
        Grade(type="unexpected", over=100_000, severity="critical"),
        Grade(type="missing", over=100_000, severity="critical"),
        Grade(type="balance", over=-1, severity="critical"),
    ),
    timing_days=2,
    hours={"low": 120, "medium": 48, "high": 24, "critical": 4},
)  # fmt: skip
"""The rules in force."""
