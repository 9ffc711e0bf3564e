"""Statements from a camt.053, for reconciliation. Pure; the file is read entry by entry.

Only what is booked counts: entries that are announced or for information are passed over. An entry
that stands for several payments is taken apart where it says what each of them came to.
"""

from collections.abc import Iterator
from dataclasses import replace
from datetime import date

from remit.kernel.errors import Rejection
from remit.kernel.ids import derive
from remit.kernel.value import value
from remit.rails.iso20022 import camt053, statement
from remit.rails.iso20022.errors import MessageTooLarge
from remit.rails.iso20022.statement import Detail, Entry, FileHeader, References
from remit.reconciliation.csv import NOTHING
from remit.reconciliation.model import MOST_TEXT, Statement, StatementLine
from remit.reconciliation.runs import MOST_LINES, MOST_STATEMENTS


class UnusableStatement(Rejection):
    """The message is a camt.053, but a statement in it lacks what reconciliation needs."""

    status = 422
    title = "The statement cannot be reconciled"


@value
class File:
    """What a file holds: `source` is the message's name and version."""

    source: str
    statements: tuple[Statement, ...]


def file_of(content: bytes, *, tenant: str) -> File:
    """Every statement in a camt.053.001.02 or .08; line ids derive from tenant and statement.

    Raises `MalformedMessage`, `MessageTooLarge`, `UnsupportedMessage`, `InvalidMessage`, or
    `UnusableStatement` with the statement's place in the file.
    """
    source, found, lines = "", list[Statement](), list[list[StatementLine]]()
    for part in camt053.stream(content, max_entries=MOST_LINES):
        if isinstance(part, FileHeader):
            source = part.message
        elif isinstance(part, statement.Statement):
            if len(found) == MOST_STATEMENTS:
                raise MessageTooLarge(f"a file has at most {MOST_STATEMENTS} statements")
            found.append(_headed(part, place=len(found) + 1))
            lines.append([])
        elif isinstance(part, Entry) and _is_booked(part):
            lines[-1].extend(_lines(part, tenant, found[-1], after=len(lines[-1])))
    if len({(each.account, each.currency, each.id) for each in found}) < len(found):
        raise UnusableStatement("a statement is in the file twice")
    whole = [_whole(head, own) for head, own in zip(found, lines, strict=True)]
    return File(source=source, statements=tuple(whole))


def _whole(head: Statement, lines: list[StatementLine]) -> Statement:
    """The statement with its lines. One that told no days begins with the first of them."""
    first = head.first if head.first < head.last else min([head.last, *(one.day for one in lines)])
    return replace(head, first=first, lines=tuple(lines))


def _headed(head: statement.Statement, *, place: int) -> Statement:
    """The statement that `head` begins, without its lines."""
    if (head.page or "1").lstrip("0") != "1" or head.last_page is False:
        raise _unusable(place, "StmtPgntn", "it has several pages; send it whole")
    opening, closing = head.balance("OPBD", "PRCD"), head.balance("CLBD")
    if opening is None or closing is None:
        raise _unusable(place, "Bal", "it has no booked opening (OPBD) or closing balance (CLBD)")
    currency = closing.amount.currency
    account = head.account.account
    told = {account.currency or currency, opening.amount.currency, currency}
    if len(told) > 1:
        raise _unusable(place, "Acct", "its account and its balances are in several currencies")
    last = _day(head.to_at or closing.on)
    first = _day(head.from_at) if head.from_at else last
    if first > last:
        raise _unusable(place, "FrToDt", "it ends before it begins")
    return Statement(
        id=head.id,
        # The reader holds every account to having one of the two.
        account=account.iban or (account.other.id if account.other else ""),
        currency=currency,
        first=first,
        last=last,
        opening=opening.signed,
        closing=closing.signed,
        lines=(),
        number=max(0, head.number or head.legal_number or 0),
    )


def _lines(entry: Entry, tenant: str, of: Statement, *, after: int) -> Iterator[StatementLine]:
    """The lines that an entry is: one, or one for each of its payments."""
    details = [one for group in entry.details for one in group.payments]
    amounts = [_amount_of(one, entry) for one in details]
    apart = len(details) > 1 and None not in amounts and sum(filter(None, amounts)) == entry.signed
    parts = list(zip(details, amounts, strict=True)) if apart else [(None, entry.signed)]
    only = details[0].references if len(details) == 1 else None
    for number, (detail, amount) in enumerate(parts, start=after + 1):
        told = (detail.references if detail else only) or References()
        yield StatementLine(
            id=derive("stl", tenant, of.account, of.currency, of.id, str(number)),
            amount=amount or 0,
            currency=entry.amount.currency,
            day=_day(entry.booked_on or entry.value_on or of.last),
            reference=_reference(told, entry),
            end_to_end_id=_named(told.end_to_end_id),
            value_day=_day(entry.value_on) if entry.value_on else "",
        )


def _amount_of(detail: Detail, entry: Entry) -> int | None:
    """What a payment behind an entry came to; None where that is not told in its currency."""
    amount = detail.amount or (
        detail.amounts.moved.amount if detail.amounts and detail.amounts.moved else None
    )
    if amount is None or amount.currency != entry.amount.currency:
        return None
    is_credit = entry.credit if detail.credit is None else detail.credit
    return amount.amount if is_credit else -amount.amount


def _reference(told: References, entry: Entry) -> str:
    """What the movement goes by: the name that we may have given it before the bank's own."""
    names = (told.instruction_id, told.transaction_id, told.message_id, entry.reference)
    return next((name for name in map(_named, names) if name), "")


def _named(text: str | None) -> str:
    return "" if text is None or text in NOTHING else text[:MOST_TEXT]


def _is_booked(entry: Entry) -> bool:
    return entry.status.code == "BOOK" and not entry.status.proprietary


def _day(written: str) -> str:
    """The day of a date or a time as it is written, in the bank's own time."""
    try:
        return date.fromisoformat(written[:10]).isoformat()
    except ValueError:
        raise UnusableStatement("a date in it is no day of the calendar") from None


def _unusable(place: int, element: str, detail: str) -> UnusableStatement:
    pointer = f"/Document/BkToCstmrStmt/Stmt[{place}]/{element}"
    return UnusableStatement(detail, errors=[{"pointer": pointer, "detail": detail}])
