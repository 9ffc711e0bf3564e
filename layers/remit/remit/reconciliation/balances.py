"""Whether a statement adds up, and follows on the one before. Pure."""

from datetime import date, timedelta

from remit.reconciliation.differences import break_id
from remit.reconciliation.model import Break, Statement
from remit.reconciliation.rules import RuleSet

_DAY = timedelta(days=1)


def balance_breaks(
    statement: Statement, previous: Statement | None, rules: RuleSet
) -> tuple[Break, ...]:
    """The breaks of type `balance` that a statement has, in itself and against the one before it.

    None is raised for an account's first statement, where `previous` is None. Raises `ValueError`
    when the two are not of one account and currency.
    """
    found = [_sum(statement, rules)]
    if previous is not None:
        if (previous.account, previous.currency) != (statement.account, statement.currency):
            raise ValueError("a statement follows on one of the same account and currency")
        found += [_sequence(previous, statement, rules), _carried(previous, statement, rules)]
    return tuple(each for each in found if each is not None)


def _sum(statement: Statement, rules: RuleSet) -> Break | None:
    booked = sum(each.amount for each in statement.lines if each.currency == statement.currency)
    difference = statement.closing - statement.opening - booked
    detail = "opening balance and entries do not come to the closing balance"
    return _break(statement, rules, "sum", difference, detail) if difference else None


def _carried(previous: Statement, statement: Statement, rules: RuleSet) -> Break | None:
    difference = statement.opening - previous.closing
    detail = "the opening balance is not the closing balance of the statement before"
    return _break(statement, rules, "carried", difference, detail) if difference else None


def _sequence(previous: Statement, statement: Statement, rules: RuleSet) -> Break | None:
    """A gap or an overlap: by the bank's numbers where both have one, or else by days."""
    if previous.number and statement.number:
        step = statement.number - previous.number
        counted = f"number {statement.number} after number {previous.number}"
    else:
        last, first = (date.fromisoformat(day) for day in (previous.last, statement.first))
        step = (first - last) // _DAY
        counted = f"begins on {statement.first}, after one to {previous.last}"
    if step == 1:
        return None
    kind = "gap" if step > 1 else "overlap"
    return _break(statement, rules, kind, 0, f"{kind}: {counted}")


def _break(statement: Statement, rules: RuleSet, kind: str, difference: int, detail: str) -> Break:
    return Break(
        id=break_id("bank", "balance", statement.id, kind),
        relation="bank",
        type="balance",
        severity=rules.severity("balance", amount=difference, currency=statement.currency),
        currency=statement.currency,
        difference=difference,
        detail=detail,
    )
