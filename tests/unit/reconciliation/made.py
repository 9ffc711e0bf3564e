"""Lines, statements and rules that the tests of reconciliation share."""

from datetime import date, timedelta

from remit.reconciliation.model import LedgerLine, PaymentFact, Statement, StatementLine
from remit.reconciliation.result import Input
from remit.reconciliation.rules import RULES, Rule, RuleSet

DAY = "2026-03-10"
UNTIL = "2026-03-20"


def later(days, since=DAY):
    return (date.fromisoformat(since) + timedelta(days=days)).isoformat()


def ours(name, amount, reference="", *, day=DAY, currency="EUR", e2e="", payment=""):
    """A line of the ledger."""
    return LedgerLine(
        id=name,
        amount=amount,
        currency=currency,
        day=day,
        reference=reference,
        end_to_end_id=e2e,
        payment_id=payment,
    )


def theirs(name, amount, reference="", *, day=DAY, currency="EUR", e2e=""):
    """A line of the bank's statement."""
    return StatementLine(
        id=name, amount=amount, currency=currency, day=day, reference=reference, end_to_end_id=e2e
    )


def payment(name, amount, *, moved=True, day=DAY, currency="EUR"):
    return PaymentFact(id=name, amount=amount, currency=currency, day=day, moved=moved)


def statement(*lines, opening=1000, closing=None, first=DAY, last=UNTIL, number=7, **more):
    """A statement that adds up, unless `closing` says otherwise."""
    total = opening + sum(line.amount for line in lines)
    return Statement(
        id=more.pop("id", "stm_7"),
        account=more.pop("account", "nostro"),
        currency=more.pop("currency", "EUR"),
        first=first,
        last=last,
        opening=opening,
        closing=total if closing is None else closing,
        lines=lines,
        number=number,
    )


def given(bank=(), nostro=(), *, payments=(), postings=(), previous=None, carried=(), **more):
    """What a run looks at."""
    return Input(
        payments=tuple(payments),
        postings=tuple(postings),
        nostro=tuple(nostro),
        statement=statement(*bank, **more),
        previous=previous,
        carried=carried,
    )


def rule(name="rule", by=("reference",), **more):
    return Rule(name=name, by=by, confidence=more.pop("confidence", 90), **more)


def rules(*bank, name="test"):
    """A rule set with these rules of the bank, the rest as in the house's."""
    return RuleSet.named(
        name,
        rules={"books": RULES.rules["books"], "bank": bank},
        grades=RULES.grades,
        timing_days=RULES.timing_days,
        hours=RULES.hours,
    )
