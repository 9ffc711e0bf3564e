"""The settlement bank's statement of a day (camt.053), with differences planted where asked for."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import date
from decimal import Decimal

from remit.kernel.clock import DAY, parse_rfc3339, rfc3339
from remit.kernel.money import Money
from remit.rails.iso20022 import camt053
from remit.rails.iso20022.parts import Code
from remit.rails.iso20022.statement import (
    Balance,
    FileHeader,
    Statement,
    StatementFile,
    Summary,
)
from remit.sandbox import messages
from remit.sandbox.model import Entry
from remit.sandbox.rules import Break

_FIRST_DAY = date(2020, 1, 1)


def statement(
    entries: Sequence[Entry],
    *,
    on: date,
    currency: str,
    opening: int,
    breaks: Sequence[Break],
    now: int,
) -> bytes:
    """The camt.053 of a day in a currency: the same for the same entries.

    `opening` is the balance before the first entry ever. What is planted on a day stays in the
    balances of the days after it, so that statements follow on one another; only a closing balance
    that was made wrong does not agree with its own entries. Statements are numbered by day.
    """
    own = [each for each in entries if each.amount.currency == currency and each.at <= now]
    before = [each for each in own if messages.day(each.at) < on]
    earlier = {messages.day(each.at) for each in before} | {each.on for each in breaks}
    carried = opening
    for day in sorted(day for day in earlier if day < on):
        carried += sum(each.signed for each in _of_day(before, day, currency, breaks))
    shown = _of_day(own, on, currency, breaks)
    closing = carried + sum(each.signed for each in shown)
    closing += sum(each.by for each in breaks if each.on == on and each.kind == "closing")
    balances = (_balance("OPBD", carried, currency, on), _balance("CLBD", closing, currency, on))
    made_at = rfc3339(_begins(on) + DAY - 1)
    cause = (currency, on.isoformat(), str(closing), str(len(shown)))
    header = FileHeader(
        message=camt053.MESSAGE, message_id=messages.identifier("D", *cause), created_at=made_at
    )
    told = _statement(shown, balances, currency, on)
    return camt053.build(StatementFile(header=header, statements=(told,)))


def _statement(
    shown: Sequence[Entry], balances: tuple[Balance, ...], currency: str, on: date
) -> Statement:
    made_at = rfc3339(_begins(on) + DAY - 1)
    return Statement(
        id=f"{on.isoformat()}-{currency}",
        number=(on - _FIRST_DAY).days,
        created_at=made_at,
        from_at=rfc3339(_begins(on)),
        to_at=made_at,
        account=messages.account(currency),
        balances=balances,
        summary=_summary(shown),
        entries=tuple(messages.line(each, place) for place, each in enumerate(shown, 1)),
    )


def _of_day(
    entries: Sequence[Entry], on: date, currency: str, breaks: Sequence[Break]
) -> list[Entry]:
    """The entries that the statement of a day shows."""
    shown: list[Entry | None] = [each for each in entries if messages.day(each.at) == on]
    for planted in (each for each in breaks if each.on == on):
        place = planted.entry - 1
        there = shown[place] if place < len(shown) else None
        if planted.kind == "omit" and there is not None:
            shown[place] = None
        if planted.kind == "change" and there is not None:
            amount = max(1, there.amount.amount + planted.by)
            shown[place] = replace(there, amount=Money(amount=amount, currency=currency))
        if planted.kind == "add":
            shown.append(_unexpected(planted, currency))
    return [each for each in shown if each is not None]


def _unexpected(planted: Break, currency: str) -> Entry:
    cause = (planted.on.isoformat(), str(planted.entry), str(planted.by))
    return Entry(
        at=_begins(planted.on) + DAY // 2,
        amount=Money(amount=abs(planted.by), currency=currency),
        credit=planted.by > 0,
        message_id=messages.identifier("U", *cause),
        end_to_end_id=messages.identifier("E", *cause),
    )


def _begins(on: date) -> int:
    return parse_rfc3339(f"{on.isoformat()}T00:00:00Z")


def _balance(kind: str, amount: int, currency: str, on: date) -> Balance:
    return Balance(
        type=Code(code=kind),
        amount=Money(amount=abs(amount), currency=currency),
        credit=amount >= 0,
        on=on.isoformat(),
    )


def _summary(entries: Sequence[Entry]) -> Summary:
    def total(members: Sequence[Entry]) -> Decimal:
        return sum((Decimal(each.amount.decimal()) for each in members), Decimal(0))

    credits_ = [each for each in entries if each.credit]
    debits = [each for each in entries if not each.credit]
    return Summary(
        count=len(entries),
        sum=total(entries),
        credits=len(credits_),
        credit_sum=total(credits_),
        debits=len(debits),
        debit_sum=total(debits),
    )
