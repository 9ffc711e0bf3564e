"""Statements from CSV: what is declared is read exactly, and all else is refused by line."""

from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from remit.kernel.money import MAX_AMOUNT, exponent
from remit.reconciliation.csv import (
    MOST_BYTES,
    MOST_ERRORS,
    Columns,
    InvalidStatement,
    lines,
)

PLAIN = Columns(day="Date", dates="YYYY-MM-DD", amount="Amount", fixed_currency="EUR")
GERMAN = Columns(
    day="Buchung",
    dates="DD.MM.YYYY",
    amount="Betrag",
    currency="Waehrung",
    value_day="Valuta",
    reference="Referenz",
    end_to_end_id="EndToEnd",
    separator=";",
    decimal=",",
    thousands=".",
)


def read(text, columns=PLAIN):
    raw = text if isinstance(text, bytes) else text.encode()
    return lines(raw, columns, statement_id="stm_1")


def amounts(text, columns=PLAIN):
    return [line.amount for line in read(text, columns)]


def refused(text, columns=PLAIN):
    with pytest.raises(InvalidStatement) as caught:
        read(text, columns)
    return [(error["pointer"], error["detail"]) for error in caught.value.errors]


def test_a_plain_statement_is_read():
    (first, second) = read("Date,Amount\n2026-03-10,12.50\n2026-03-11,-3\n")
    assert (first.amount, first.currency, first.day) == (1250, "EUR", "2026-03-10")
    assert (second.amount, second.reference, second.value_day) == (-300, "", "")
    assert first.id != second.id
    assert read("Date,Amount\n2026-03-10,12.50\n2026-03-11,-3\n") == (first, second)


def test_a_statement_in_another_country_s_form_is_read():
    text = (
        "\ufeffBuchung;Valuta;Betrag;Waehrung;Referenz;EndToEnd;Text\r\n"
        '10.03.2026;12.03.2026;-1.234.567,80;EUR;"a;b";NOTPROVIDED;x\r\n'
        "11.03.2026;;5;JPY;NONREF;E2E-1;\r\n"
    )
    first, second = read(text, GERMAN)
    assert (first.amount, first.value_day, first.reference) == (-123456780, "2026-03-12", "a;b")
    assert (first.end_to_end_id, second.end_to_end_id) == ("", "E2E-1")
    assert (second.amount, second.currency, second.reference) == (5, "JPY", "")


@pytest.mark.parametrize(
    ("currency", "text", "minor"),
    [("JPY", "12", 12), ("JPY", "12.00", 12), ("BHD", "1.234", 1234), ("CLF", "0.0001", 1)],
)
def test_decimals_are_the_currencys(currency, text, minor):
    columns = replace(PLAIN, fixed_currency=currency)
    assert amounts(f"Date,Amount\n2026-03-10,{text}\n", columns) == [minor]


def test_amounts_may_have_a_word_for_their_sign():
    columns = replace(PLAIN, sign="D/C")
    text = "Date,Amount,D/C\n2026-03-10,5,D\n2026-03-10,5,CRDT\n"
    assert amounts(text, columns) == [-500, 500]
    assert refused("Date,Amount,D/C\n2026-03-10,5,X\n", columns) == [
        ("/line/2/column/D~1C", "is no word for debit or credit")
    ]
    assert refused("Date,Amount,D/C\n2026-03-10,-5,D\n", columns) == [
        ("/line/2/column/Amount", "has a sign where none belongs")
    ]


def test_amounts_may_stand_in_two_columns():
    columns = replace(PLAIN, amount="", debit="Out", credit="In")
    text = "Date,Out,In\n2026-03-10,5,\n2026-03-10,,7\n2026-03-10,0.00,1\n2026-03-10,0,0\n"
    assert amounts(text, columns) == [-500, 700, 100, 0]
    for both in ("5,5", ","):
        assert refused(f"Date,Out,In\n2026-03-10,{both}\n", columns) == [
            ("/line/2/column/Out", "or the credit has an amount, and not both")
        ]
    assert refused("Date,Out,In\n2026-03-10,-5,\n", columns)[0][1].startswith("has a sign")


@pytest.mark.parametrize("text", ["1,234.50", "+1234.5", " 1234.50 ", "1234.5000", "001234.5"])
def test_ways_to_write_one_amount_give_one_amount(text):
    columns = replace(PLAIN, thousands=",")
    assert amounts(f'Date,Amount\n2026-03-10,"{text}"\n', columns) == [123450]


@pytest.mark.parametrize(
    "text",
    ["", "abc", "1e3", "1_000", "NaN", "inf", "0x10", "1.2.3", "--5", "5-", "(5)", "1 000", "1,5",
     "1,23,456", ".5", "5.", "\u0661\u0662", "\uff15", "5 EUR", "+", "-", "1" * 41, "true",
     "5\u2212"],
)  # fmt: skip
def test_what_is_no_amount_in_the_declared_form_is_refused(text):
    assert refused(f'Date,Amount\n2026-03-10,"{text}"\n') == [
        ("/line/2/column/Amount", "is not an amount in the form that was declared")
    ]


def test_an_amount_is_exact_or_refused():
    assert amounts(f"Date,Amount\n2026-03-10,-{MAX_AMOUNT // 100}.{MAX_AMOUNT % 100}\n") == [
        -MAX_AMOUNT
    ]
    over = MAX_AMOUNT + 1
    assert refused(f"Date,Amount\n2026-03-10,{over // 100}.{over % 100}\n")[0][1].startswith(
        "is more than"
    )
    assert refused("Date,Amount\n2026-03-10,1.005\n")[0][1] == "has more than 2 decimals"


@pytest.mark.parametrize(
    ("form", "text"),
    [
        ("YYYY-MM-DD", "2026-03-09"),
        ("YYYYMMDD", "20260309"),
        ("DD.MM.YYYY", "09.03.2026"),
        ("DD/MM/YYYY", "09/03/2026"),
        ("MM/DD/YYYY", "03/09/2026"),
    ],
)
def test_a_day_is_read_in_the_declared_form_and_no_other(form, text):
    columns = replace(PLAIN, dates=form)
    assert read(f"Date,Amount\n{text},1\n", columns)[0].day == "2026-03-09"
    for other in ("9.3.2026", "2026-3-9", "2026-03-09T00:00", "\u0662026-03-09", ""):
        pointer, detail = refused(f"Date,Amount\n{other},1\n", columns)[0]
        assert (pointer, detail) == ("/line/2/column/Date", f"is not a day written {form}")


def test_a_day_that_no_calendar_has_is_refused():
    for day in ("2026-02-29", "2026-13-01", "0000-01-01"):
        assert refused(f"Date,Amount\n{day},1\n") == [
            ("/line/2/column/Date", "is no day of the calendar")
        ]


def test_every_error_is_told_with_its_line_and_column():
    text = 'Date,Amount,Note\n2026-03-10,1,"two\nlines"\nx,1,\n2026-03-10,y,\n\n2026-03-10,1\n'
    assert [pointer for pointer, _ in refused(text)] == [
        "/line/4/column/Date",
        "/line/5/column/Amount",
        "/line/7",
    ]


def test_errors_are_bounded_and_repeat_nothing_of_the_file():
    text = "Date,Amount\n" + "2026-03-10,secret\n" * 100
    found = refused(text)
    assert len(found) == MOST_ERRORS
    assert "secret" not in str(found)


@pytest.mark.parametrize(
    ("text", "pointers"),
    [
        ("Date\n2026-03-10\n", ["/line/1/column/Amount"]),
        ("date,amount\n", ["/line/1/column/Date", "/line/1/column/Amount"]),
        ("Date,Amount,Amount\n", ["/line/1/column/Amount"]),
        ("\n\nDate,Amount,Date\n", ["/line/3/column/Date"]),
        ("Date,Amount" + ",x" * 99 + "\n", ["/line/1"]),
    ],
)
def test_a_header_that_does_not_fit_the_mapping_is_refused(text, pointers):
    assert [pointer for pointer, _ in refused(text)] == pointers


@pytest.mark.parametrize("text", ["", "\n\n", "\ufeff"])
def test_a_file_of_nothing_is_refused(text):
    with pytest.raises(InvalidStatement, match="begins with the names"):
        read(text)
    assert read("Date,Amount\n") == ()


@pytest.mark.parametrize(
    ("raw", "line"),
    [
        (b"Date,Amount\n2026-03-10,1\n\xff\xfe", 3),
        ("Date,Amount\n".encode("utf-16"), 1),
        (b'Date,Amount\n"2026-03-10,1\n', 2),
        (b'Date,Amount\n"2026"-03-10,1\n', 2),
        (b"Date,Amount\n" + b"x" * 200_000, 2),
    ],
)
def test_a_file_that_cannot_be_read_is_refused_by_line(raw, line):
    assert refused(raw)[0][0] == f"/line/{line}"


def test_a_file_that_is_too_large_is_not_looked_at(monkeypatch):
    with pytest.raises(InvalidStatement, match="bytes"):
        read(b" " * (MOST_BYTES + 1))
    monkeypatch.setattr("remit.reconciliation.csv.MOST_ROWS", 3)
    assert len(read("Date,Amount\n" + "2026-03-10,1\n" * 3)) == 3
    with pytest.raises(InvalidStatement, match="at most 3 lines"):
        read("Date,Amount\n" + "2026-03-10,1\n" * 4)


@pytest.mark.parametrize("text", ["a\x00b", "a\tb", "a\x7fb", "x" * 141, "a\nb"])
def test_a_reference_with_characters_that_cannot_be_shown_is_refused(text):
    columns = replace(PLAIN, reference="Ref")
    (error,) = refused(f'Date,Amount,Ref\n2026-03-10,1,"{text}"\n', columns)
    assert error[0] == "/line/2/column/Ref"


def test_a_currency_that_is_none_is_refused():
    columns = replace(PLAIN, fixed_currency="", currency="Cur")
    for currency in ("eur", "EUX", "", "XXX"):
        assert refused(f"Date,Amount,Cur\n2026-03-10,1,{currency}\n", columns) == [
            ("/line/2/column/Cur", "is not an active ISO 4217 currency")
        ]


@pytest.mark.parametrize(
    "wrong",
    [
        {"amount": ""},
        {"debit": "Out"},
        {"credit": "In"},
        {"amount": "", "debit": "Out"},
        {"amount": "", "debit": "Out", "credit": "In", "sign": "S"},
        {"sign": "S", "debit_words": frozenset({"C"})},
        {"currency": "Cur"},
        {"fixed_currency": ""},
        {"dates": "YY-MM-DD"},
        {"thousands": "."},
        {"reference": "Amount"},
    ],
)
def test_a_mapping_that_leaves_something_open_is_refused(wrong):
    with pytest.raises(InvalidStatement):
        replace(PLAIN, **wrong)


@given(
    st.integers(-MAX_AMOUNT, MAX_AMOUNT),
    st.sampled_from(["JPY", "EUR", "BHD", "CLF"]),
    st.sampled_from([("", "."), (",", "."), (".", ","), (" ", ","), ("'", ".")]),
)
def test_whatever_amount_is_written_is_read_back(amount, currency, marks):
    thousands, decimal = marks
    digits = exponent(currency)
    whole, fraction = divmod(abs(amount), 10**digits)
    text = f"{whole:,}".replace(",", thousands) + (
        f"{decimal}{fraction:0{digits}d}" if digits else ""
    )
    columns = replace(
        PLAIN, fixed_currency=currency, separator="|", thousands=thousands, decimal=decimal
    )
    sign = "-" if amount < 0 else ""
    assert amounts(f"Date|Amount\n2026-03-10|{sign}{text}\n", columns) == [amount]


@given(st.binary(max_size=200))
def test_any_bytes_are_read_or_refused(raw):
    try:
        found = read(b"Date,Amount\n" + raw)
    except InvalidStatement:
        return
    assert all(type(line.amount) is int for line in found)


@given(st.text(alphabet='2026-03,."\n1;x\r', max_size=80))
def test_any_text_of_a_statements_letters_is_read_or_refused(text):
    try:
        found = read("Date,Amount\n" + text)
    except InvalidStatement:
        return
    assert all(line.currency == "EUR" for line in found)
