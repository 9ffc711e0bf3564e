"""What of a camt.053 becomes a line, and what its lines go by."""

from dataclasses import replace

import pytest

from local.statement import BankLine, BankStatement, camt
from remit.kernel.money import Money
from remit.rails.iso20022 import camt053, parts
from remit.rails.iso20022.statement import (
    AmountDetail,
    Amounts,
    Detail,
    Details,
    References,
    StatementFile,
)
from remit.reconciliation.from_camt import file_of

DAY = "2026-11-24"


def told(*lines, **more):
    return BankStatement(
        **{"id": "S1", "account": "N1", "lines": lines, "first": DAY, "last": DAY} | more
    )


def read(content):
    (only,) = file_of(content, tenant="acme").statements
    return only


def changed(change, *lines):
    """The statement with its first entry as `change` makes it."""
    file = camt053.read(camt(told(*(lines or [BankLine(amount=-500, day=DAY)]))))
    (one,) = file.statements
    entries = (change(one.entries[0]), *one.entries[1:])
    return read(
        camt053.build(
            StatementFile(header=file.header, statements=(replace(one, entries=entries),))
        )
    )


def test_a_statement_is_as_it_says_of_itself():
    line = BankLine(amount=-500, day=DAY, reference="R", end_to_end_id="E", bank_reference="B")
    one = read(camt(told(line, opening=700, number=4)))

    assert (one.id, one.account, one.currency, one.number) == ("S1", "N1", "EUR", 4)
    assert (one.first, one.last, one.opening, one.closing) == (DAY, DAY, 700, 200)
    (found,) = one.lines
    assert (found.amount, found.reference, found.end_to_end_id) == (-500, "R", "E")
    assert (found.day, found.value_day) == (DAY, DAY)


def test_ids_of_lines_are_the_tenants_accounts_and_statements_own():
    line = BankLine(amount=5, day=DAY)
    files = [
        file_of(camt(one), tenant=tenant).statements[0].lines[0].id
        for tenant in ("acme", "globex")
        for one in (told(line), told(line, account="N2"), told(line, id="S2"))
    ]
    assert len(set(files)) == 6


def test_an_overdrawn_balance_is_negative():
    assert read(camt(told(opening=-5))).opening == -5


@pytest.mark.parametrize("status", ["PDNG", "INFO"])
def test_only_what_is_booked_is_a_line(status):
    assert changed(lambda entry: replace(entry, status=parts.Code(code=status))).lines == ()


def payments(*amounts, credit=False):
    return Details(
        payments=tuple(
            Detail(
                references=References(end_to_end_id=f"E{number}"),
                amounts=Amounts(moved=AmountDetail(amount=Money(amount=amount, currency="EUR"))),
            )
            for number, amount in enumerate(amounts)
        )
    )


def test_an_entry_of_several_payments_is_taken_apart_where_their_amounts_come_to_it():
    one = changed(lambda entry: replace(entry, details=(payments(200, 300),)))

    assert [(each.amount, each.end_to_end_id) for each in one.lines] == [(-200, "E0"), (-300, "E1")]


@pytest.mark.parametrize(
    "details",
    [
        payments(200, 299),
        Details(payments=(Detail(references=References(end_to_end_id="E")), Detail())),
        Details(),
    ],
)
def test_otherwise_it_is_one_line_that_goes_by_no_payments_name(details):
    one = changed(lambda entry: replace(entry, details=(details,), reference="NTRY"))

    assert [(each.amount, each.reference, each.end_to_end_id) for each in one.lines] == [
        (-500, "NTRY", "")
    ]


def test_amounts_in_another_currency_do_not_take_an_entry_apart():
    foreign = Detail(amounts=Amounts(moved=AmountDetail(amount=Money(amount=250, currency="USD"))))
    one = changed(lambda entry: replace(entry, details=(Details(payments=(foreign, foreign)),)))

    assert [each.amount for each in one.lines] == [-500]


def test_a_payment_behind_an_entry_may_go_the_other_way():
    there = Detail(amount=Money(amount=600, currency="EUR"), credit=False)
    back = Detail(amount=Money(amount=100, currency="EUR"), credit=True)
    one = changed(lambda entry: replace(entry, details=(Details(payments=(there, back)),)))

    assert [each.amount for each in one.lines] == [-600, 100]


def test_an_entry_without_a_day_is_of_the_statements_last():
    one = changed(lambda entry: replace(entry, booked_on=None, value_on=None))

    assert (one.lines[0].day, one.lines[0].value_day) == (DAY, "")


def test_a_statement_that_names_no_days_begins_with_its_first_entry():
    content = camt(told(BankLine(amount=1, day="2026-11-20")))
    start, end = content.index(b"<FrToDt>"), content.index(b"</FrToDt>") + len(b"</FrToDt>")
    one = read(content[:start] + content[end:])

    assert (one.first, one.last) == ("2026-11-20", DAY)
