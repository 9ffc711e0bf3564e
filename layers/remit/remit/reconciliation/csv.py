"""Lines of a bank's statement from CSV, by a mapping that says what each column is. Pure.

Nothing is guessed: separators, dates and decimals are declared, and whatever does not fit is an
error with its line and column. Amounts become integers of minor units; no float is ever made.
Errors never repeat what a field holds.
"""

import csv
import io
import re
from collections.abc import Iterator, Mapping, Sequence
from datetime import date
from typing import Literal

from remit.kernel.errors import InvalidMoney, Rejection
from remit.kernel.ids import derive
from remit.kernel.money import MAX_AMOUNT, exponent
from remit.kernel.value import value
from remit.reconciliation.model import MOST_TEXT, StatementLine

_YEAR, _MONTH, _DAY = r"(?P<year>\d{4})", r"(?P<month>\d\d)", r"(?P<day>\d\d)"
DATES = {
    "YYYY-MM-DD": re.compile(f"{_YEAR}-{_MONTH}-{_DAY}", re.ASCII),
    "YYYYMMDD": re.compile(f"{_YEAR}{_MONTH}{_DAY}", re.ASCII),
    "DD.MM.YYYY": re.compile(rf"{_DAY}\.{_MONTH}\.{_YEAR}", re.ASCII),
    "DD/MM/YYYY": re.compile(f"{_DAY}/{_MONTH}/{_YEAR}", re.ASCII),
    "MM/DD/YYYY": re.compile(f"{_MONTH}/{_DAY}/{_YEAR}", re.ASCII),
}
"""The ways in which a day may be written."""

MOST_BYTES = 20_000_000
MOST_ROWS = 100_000
MOST_COLUMNS = 100
MOST_ERRORS = 20
MOST_DIGITS = 40

NOTHING = frozenset({"NOTPROVIDED", "NONREF"})
"""What banks write where they have no reference."""

_CONTROL = re.compile(r"[\x00-\x1f\x7f]")


class InvalidStatement(Rejection):
    """A statement that cannot be read as its mapping says; `errors` tell where and why."""

    title = "The statement cannot be read"


@value
class Columns:
    """What a statement's columns are called, and how they are written.

    Amounts are signed in `amount`; or unsigned there, with a word in `sign` that is one of
    `debit_words` or `credit_words`; or unsigned in `debit` and `credit`. The currency is a column,
    or `fixed_currency`. An empty name means that there is no such column.
    """

    day: str
    dates: str
    amount: str = ""
    sign: str = ""
    debit: str = ""
    credit: str = ""
    currency: str = ""
    fixed_currency: str = ""
    value_day: str = ""
    reference: str = ""
    end_to_end_id: str = ""
    separator: Literal[",", ";", "\t", "|"] = ","
    decimal: Literal[".", ","] = "."
    thousands: Literal["", ",", ".", " ", "'"] = ""
    debit_words: frozenset[str] = frozenset({"D", "DBIT"})
    credit_words: frozenset[str] = frozenset({"C", "CRDT"})

    def __post_init__(self) -> None:
        forms = {(True, False, False), (False, True, True)}
        if (bool(self.amount), bool(self.debit), bool(self.credit)) not in forms:
            raise InvalidStatement("amounts are in one column, or in one for debits and credits")
        if self.sign and (not self.amount or self.debit_words & self.credit_words):
            raise InvalidStatement("a sign's column goes with an amount's, and its words differ")
        if bool(self.currency) == bool(self.fixed_currency):
            raise InvalidStatement("the currency is a column, or one for all lines")
        if self.dates not in DATES:
            raise InvalidStatement(f"dates are written {', '.join(DATES)}")
        if self.decimal == self.thousands or len(set(self.names)) < len(self.names):
            raise InvalidStatement("each column and each mark is one thing")

    @property
    def names(self) -> list[str]:
        """The columns that must be there."""
        told = (
            *(self.day, self.amount, self.sign, self.debit, self.credit, self.currency),
            *(self.value_day, self.reference, self.end_to_end_id),
        )
        return [name for name in told if name]


class _Wrong(Exception):
    """A field that cannot be read: its column, and why. It never leaves this module."""

    def __init__(self, column: str, why: str) -> None:
        super().__init__(why)
        self.column, self.why = column, why


def lines(raw: bytes, columns: Columns, *, statement_id: str) -> tuple[StatementLine, ...]:
    """The lines of a CSV in UTF-8, in its order; their ids derive from the statement's and theirs.

    The first line names the columns, and empty lines are passed over. Raises `InvalidStatement`
    with up to `MOST_ERRORS` errors, whose pointers count lines from 1: `/line/7/column/Amount`.
    """
    found, errors = list[StatementLine](), list[tuple[int, str, str]]()
    header: list[str] = []
    for number, row in _rows(_text(raw), columns.separator):
        if not header:
            header = _header(number, row, columns)
            continue
        if len(found) == MOST_ROWS:
            raise InvalidStatement(f"a statement has at most {MOST_ROWS} lines")
        try:
            name = derive("stl", statement_id, str(number))
            found.append(_line(_fields(header, row, columns), columns, name))
        except _Wrong as wrong:
            errors.append((number, wrong.column, wrong.why))
        if len(errors) == MOST_ERRORS:
            break
    if not header:
        raise InvalidStatement("a statement begins with the names of its columns")
    if errors:
        raise _refused(errors)
    return tuple(found)


def _text(raw: bytes) -> str:
    if len(raw) > MOST_BYTES:
        raise InvalidStatement(f"a statement has at most {MOST_BYTES} bytes")
    try:
        return raw.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        line = raw.count(b"\n", 0, error.start) + 1
        raise _refused([(line, "", "is not UTF-8")]) from None


def _rows(text: str, separator: str) -> Iterator[tuple[int, list[str]]]:
    """Rows that are not empty, with the number of the line on which each begins."""
    reader = csv.reader(io.StringIO(text, newline=""), delimiter=separator, strict=True)
    while True:
        number = reader.line_num + 1
        try:
            row = next(reader, None)
        except csv.Error:
            why = "has quotes that do not match, or a field that is too long"
            raise _refused([(number, "", why)]) from None
        if row is None:
            return
        if any(row):
            yield number, row


def _header(number: int, row: Sequence[str], columns: Columns) -> list[str]:
    header = [name.strip() for name in row]
    if len(header) > MOST_COLUMNS:
        raise _refused([(number, "", f"has more than {MOST_COLUMNS} columns")])
    missing = [(number, name, "is not there") for name in columns.names if name not in header]
    twice = [(number, name, "is there twice") for name in columns.names if header.count(name) > 1]
    if missing or twice:
        raise _refused(missing + twice)
    return header


def _fields(header: Sequence[str], row: Sequence[str], columns: Columns) -> dict[str, str]:
    if len(row) != len(header):
        raise _Wrong("", f"has {len(row)} fields, and the first line {len(header)}")
    fields = dict(zip(header, row, strict=True))
    return {name: fields[name].strip() for name in columns.names}


def _line(fields: Mapping[str, str], columns: Columns, name: str) -> StatementLine:
    currency = fields[columns.currency] if columns.currency else columns.fixed_currency
    try:
        digits = exponent(currency)
    except InvalidMoney:
        raise _Wrong(columns.currency, "is not an active ISO 4217 currency") from None
    value_day = fields[columns.value_day] if columns.value_day else ""
    return StatementLine(
        id=name,
        amount=_amount(fields, columns, digits),
        currency=currency,
        day=_day(columns.day, fields[columns.day], columns.dates),
        value_day=_day(columns.value_day, value_day, columns.dates) if value_day else "",
        reference=_words(fields, columns.reference),
        end_to_end_id=_words(fields, columns.end_to_end_id),
    )


def _amount(fields: Mapping[str, str], columns: Columns, digits: int) -> int:
    if columns.amount and not columns.sign:
        return _minor(columns.amount, fields, columns, digits, signed=True)
    if columns.sign:
        amount, word = _minor(columns.amount, fields, columns, digits), fields[columns.sign]
        if word not in columns.debit_words | columns.credit_words:
            raise _Wrong(columns.sign, "is no word for debit or credit")
        return -amount if word in columns.debit_words else amount
    told = [name for name in (columns.debit, columns.credit) if fields[name]]
    amounts = {name: _minor(name, fields, columns, digits) for name in told}
    if not told or all(amounts.get(name) for name in (columns.debit, columns.credit)):
        raise _Wrong(columns.debit, "or the credit has an amount, and not both")
    return amounts.get(columns.credit, 0) - amounts.get(columns.debit, 0)


def _minor(
    column: str, fields: Mapping[str, str], columns: Columns, digits: int, *, signed: bool = False
) -> int:
    """The amount of a field in minor units, of a currency that has `digits` decimals."""
    text = fields[column]
    mark, point = re.escape(columns.thousands), re.escape(columns.decimal)
    whole = rf"\d+|\d{{1,3}}(?:{mark}\d{{3}})+" if mark else r"\d+"
    found = re.fullmatch(rf"([+-]?)({whole})(?:{point}(\d+))?", text[:MOST_DIGITS], re.ASCII)
    if found is None or len(text) > MOST_DIGITS:
        raise _Wrong(column, "is not an amount in the form that was declared")
    if found[1] and not signed:
        raise _Wrong(column, "has a sign where none belongs")
    fraction = (found[3] or "").rstrip("0")
    if len(fraction) > digits:
        raise _Wrong(column, f"has more than {digits} decimals")
    plain = found[2].replace(columns.thousands, "") if mark else found[2]
    amount = int(plain + fraction.ljust(digits, "0"))
    if amount > MAX_AMOUNT:
        raise _Wrong(column, f"is more than {MAX_AMOUNT} minor units")
    return -amount if found[1] == "-" else amount


def _day(column: str, text: str, form: str) -> str:
    found = DATES[form].fullmatch(text)
    if found is None:
        raise _Wrong(column, f"is not a day written {form}")
    try:
        return date(int(found["year"]), int(found["month"]), int(found["day"])).isoformat()
    except ValueError:
        raise _Wrong(column, "is no day of the calendar") from None


def _words(fields: Mapping[str, str], column: str) -> str:
    text = fields[column] if column else ""
    if len(text) > MOST_TEXT or _CONTROL.search(text):
        raise _Wrong(column, f"has more than {MOST_TEXT} characters, or one that cannot be shown")
    return "" if text in NOTHING else text


def _refused(errors: Sequence[tuple[int, str, str]]) -> InvalidStatement:
    told = [
        {
            "pointer": f"/line/{line}" + (f"/column/{_escaped(column)}" if column else ""),
            "detail": why,
        }
        for line, column, why in errors
    ]
    return InvalidStatement(f"{len(told)} errors, the first on line {errors[0][0]}", errors=told)


def _escaped(column: str) -> str:
    """A column's name as a part of a JSON pointer (RFC 6901 §3)."""
    return column.replace("~", "~0").replace("/", "~1")
