"""Whether a statement agrees with itself: its balances and sums with its entries."""

from collections.abc import Callable, Iterator
from decimal import Decimal

from remit.kernel.value import value
from remit.rails.iso20022.statement import Entry, Statement


@value
class Disagreement:
    """A figure of a statement, in minor units or a count, that its entries do not give."""

    element: str
    stated: int | Decimal | str
    found: int | Decimal | str


def disagreements(statement: Statement) -> tuple[Disagreement, ...]:
    """Every figure of `statement` that its own entries contradict; only booked ones move it."""
    return (*_currencies(statement), *_closing(statement), *_counts(statement))


def _currencies(statement: Statement) -> Iterator[Disagreement]:
    own = statement.account.account.currency or next(
        (balance.amount.currency for balance in statement.balances), None
    )
    for place, entry in enumerate(statement.entries, 1):
        if own is not None and entry.amount.currency != own:
            yield Disagreement(
                element=f"Ntry[{place}]/Amt/@Ccy", stated=own, found=entry.amount.currency
            )


def _closing(statement: Statement) -> Iterator[Disagreement]:
    opening, closing = statement.balance("OPBD", "PRCD"), statement.balance("CLBD")
    if opening is None or closing is None:
        return
    own = closing.amount.currency
    moved = sum(
        entry.signed
        for entry in statement.entries
        if entry.status.code == "BOOK" and entry.amount.currency == own
    )
    if opening.signed + moved != closing.signed:
        yield Disagreement(element="Bal[CLBD]", stated=closing.signed, found=opening.signed + moved)


_SUMS: tuple[tuple[str, str, str, Callable[[Entry], bool]], ...] = (
    ("TtlNtries", "count", "sum", lambda _: True),
    ("TtlCdtNtries", "credits", "credit_sum", lambda entry: entry.credit),
    ("TtlDbtNtries", "debits", "debit_sum", lambda entry: not entry.credit),
)


def _counts(statement: Statement) -> Iterator[Disagreement]:
    for element, count, total, belongs in _SUMS:
        members = [entry for entry in statement.entries if belongs(entry)]
        stated = getattr(statement.summary, count, None)
        if stated is not None and stated != len(members):
            yield Disagreement(
                element=f"TxsSummry/{element}/NbOfNtries", stated=stated, found=len(members)
            )
        stated = getattr(statement.summary, total, None)
        found = sum((Decimal(entry.amount.decimal()) for entry in members), Decimal(0))
        if stated is not None and stated != found:
            yield Disagreement(element=f"TxsSummry/{element}/Sum", stated=stated, found=found)
