"""Features, rules and the decision they give. Pure: the same input gives the same decision.

A decision is a function of the payment's facts, the account's counters before it, what is known of
the payee, and a rule set; all four are recorded, so any decision can be made again and compared.
"""

from collections.abc import Mapping
from dataclasses import asdict
from typing import Literal

from remit.kernel.canonical import canonical_json, fingerprint
from remit.kernel.clock import DAY, HOUR, MINUTE
from remit.kernel.money import exponent
from remit.kernel.value import value

Outcome = Literal["ALLOW", "REVIEW", "DECLINE"]
Feature = int | str
Pair = tuple[int, int]
Counters = Mapping[str, Mapping[int, Pair]]
"""Per window, per bucket number: how many payments, and their sum in minor units."""

WINDOWS = {"1h": (5 * MINUTE, 12), "24h": (HOUR, 24), "7d": (DAY, 7)}
"""Each window as a bucket's width in milliseconds and how many buckets, the current one included.

A window slides by whole buckets, so the last hour means the last 55 to 60 minutes.
"""

_SEVERITY: tuple[Outcome, ...] = ("ALLOW", "REVIEW", "DECLINE")
_HIGHEST_SCORE = 100


@value
class Facts:
    """What the check knows of a payment. Accounts are ids; times are milliseconds.

    `payee_listed`: the payee is named like an entry of a sanctions list.
    """

    tenant: str
    payment_id: str
    account: str
    payee: str
    amount: int
    currency: str
    created_at: int
    payee_listed: bool = False


@value
class Payee:
    """What is known of the payee: paid before by this account, and the house's mark on it.

    `listed` is said of one who is named like an entry of a sanctions list, unless it is blocked.
    """

    known: bool
    mark: Literal["none", "watched", "listed", "blocked"]


@value
class Condition:
    """One comparison. A bound that is a name stands for that limit in the payment's currency."""

    feature: str
    operator: Literal["is", "over", "under"]
    bound: int | str


@value
class Rule:
    """All of `conditions` met: `code` is a reason, with its outcome and its share of the score."""

    code: str
    outcome: Outcome
    score: int
    conditions: tuple[Condition, ...]


@value
class RuleSet:
    """Rules with their limits. A limit gives minor units by currency; under `*` whole units."""

    version: str
    rules: tuple[Rule, ...]
    limits: Mapping[str, Mapping[str, int]]

    @classmethod
    def named(
        cls, name: str, rules: tuple[Rule, ...], limits: Mapping[str, Mapping[str, int]]
    ) -> "RuleSet":
        """The set with its version: the name and a hash of the content, so that two sets that
        differ never share a version."""
        content = {"rules": [asdict(rule) for rule in rules], "limits": dict(limits)}
        digest = fingerprint(canonical_json(content).encode())
        return cls(version=f"{name}-{digest[:12]}", rules=rules, limits=limits)

    def limit(self, name: str, currency: str) -> int:
        """The limit in minor units of `currency`."""
        by_currency = self.limits[name]
        if currency in by_currency:
            return by_currency[currency]
        return int(by_currency["*"] * 10 ** exponent(currency))


@value
class Decision:
    """What was decided and from what. `reasons` are in the rules' order."""

    outcome: Outcome
    score: int
    reasons: tuple[str, ...]
    rules: str
    features: Mapping[str, Feature]


def count(counters: Counters, *, amount: int, at: int) -> Counters:
    """The counters after a payment of `amount` at `at`, without the buckets that have passed."""
    after: dict[str, dict[int, Pair]] = {}
    for window, (width, buckets) in WINDOWS.items():
        current = at // width
        kept = {
            bucket: pair
            for bucket, pair in counters.get(window, {}).items()
            if bucket > current - buckets
        }
        payments, total = kept.get(current, (0, 0))
        kept[current] = (payments + 1, total + amount)
        after[window] = kept
    return after


def features(facts: Facts, counters: Counters, payee: Payee) -> Mapping[str, Feature]:
    """The features of a payment that `counters` already count."""
    measured: dict[str, Feature] = {
        "amount": facts.amount,
        "hour_utc": facts.created_at // HOUR % 24,
        "payee_known": int(payee.known),
        "payee_mark": payee.mark,
    }
    for window, by_bucket in counters.items():
        measured[f"count_{window}"] = sum(payments for payments, _ in by_bucket.values())
        measured[f"sum_{window}"] = sum(total for _, total in by_bucket.values())
    return measured


def decide(rules: RuleSet, measured: Mapping[str, Feature], *, currency: str) -> Decision:
    """The decision that `rules` give for these features: the severest outcome of any that match."""
    matched = [
        rule
        for rule in rules.rules
        if all(_met(rules, condition, measured, currency) for condition in rule.conditions)
    ]
    return Decision(
        outcome=max((rule.outcome for rule in matched), key=_SEVERITY.index, default="ALLOW"),
        score=min(_HIGHEST_SCORE, sum(rule.score for rule in matched)),
        reasons=tuple(rule.code for rule in matched),
        rules=rules.version,
        features=measured,
    )


def _met(
    rules: RuleSet, condition: Condition, measured: Mapping[str, Feature], currency: str
) -> bool:
    found, bound = measured[condition.feature], condition.bound
    if condition.operator == "is":
        return found == bound
    least = rules.limit(bound, currency) if isinstance(bound, str) else bound
    if not isinstance(found, int):
        raise TypeError(f"feature {condition.feature} is not a number")
    return found > least if condition.operator == "over" else found < least
