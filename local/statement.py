"""A bank's statement of our account, as the bank would write it: for the demo and for tests."""

from collections.abc import Sequence
from dataclasses import dataclass

from remit.kernel.money import Money
from remit.rails.iso20022 import camt053, parts, statement


@dataclass(frozen=True)
class BankLine:
    """One booked entry: minor units, positive for money that came in; `day` is an ISO date."""

    amount: int
    day: str
    reference: str = ""
    end_to_end_id: str = ""
    bank_reference: str = ""


@dataclass(frozen=True)
class BankStatement:
    """A statement. `closing` None is what opening and lines come to."""

    id: str
    account: str
    lines: Sequence[BankLine]
    first: str
    last: str
    opening: int = 0
    closing: int | None = None
    number: int = 1
    currency: str = "EUR"


def camt(*statements: BankStatement, message: str = camt053.MESSAGE) -> bytes:
    """The statements as one camt.053, in the version that `message` names."""
    header = statement.FileHeader(
        message=message,
        message_id=f"MSG-{statements[0].id}"[:35],
        created_at=f"{statements[0].last}T22:00:00Z",
    )
    return camt053.build(
        statement.StatementFile(header=header, statements=tuple(map(_statement, statements)))
    )


def _statement(one: BankStatement) -> statement.Statement:
    total = one.opening + sum(line.amount for line in one.lines)
    closing = total if one.closing is None else one.closing
    account = parts.Account(
        other=parts.Identification(id=one.account), currency=one.currency, name="Our account"
    )
    return statement.Statement(
        id=one.id,
        account=statement.StatementAccount(account=account),
        number=one.number,
        created_at=f"{one.last}T22:00:00Z",
        from_at=f"{one.first}T00:00:00Z",
        to_at=f"{one.last}T23:59:59Z",
        balances=(_balance("OPBD", one.opening, one), _balance("CLBD", closing, one)),
        entries=tuple(_entry(line, one.currency) for line in one.lines),
    )


def _balance(kind: str, amount: int, one: BankStatement) -> statement.Balance:
    return statement.Balance(
        type=parts.Code(code=kind),
        amount=Money(amount=abs(amount), currency=one.currency),
        credit=amount >= 0,
        on=one.first if kind == "OPBD" else one.last,
    )


def _entry(line: BankLine, currency: str) -> statement.Entry:
    references = statement.References(
        servicer_reference=line.bank_reference or None,
        instruction_id=line.reference or None,
        end_to_end_id=line.end_to_end_id or "NOTPROVIDED",
    )
    return statement.Entry(
        amount=Money(amount=abs(line.amount), currency=currency),
        credit=line.amount >= 0,
        status=parts.Code(code="BOOK"),
        code=statement.BankCode(domain="PMNT", family="ICDT", sub_family="DMCT"),
        reference=line.bank_reference or None,
        booked_on=line.day,
        value_on=line.day,
        details=(statement.Details(payments=(statement.Detail(references=references),)),),
    )
