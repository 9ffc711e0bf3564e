"""The settlement bank behind the scheme: instructions, notifications and statements."""

import re
from datetime import date, timedelta
from typing import Any

import pytest

from remit.rails.iso20022 import camt053, camt054
from remit.rails.iso20022.agreement import disagreements
from remit.rails.iso20022.statement import Statement
from remit.sandbox.turn import NotTaken
from tests.unit.local.scheme.made import (
    DAY,
    OURS,
    Still,
    answer,
    book,
    enquiry,
    money_back,
    recall,
    says,
    settlement,
    transfer,
)

OPENING = 100_000_000


def statement(scheme: Still, on: date = DAY, currency: str = "EUR") -> Statement:
    """The one statement of a day, read as we read a bank's."""
    (found,) = camt053.read(scheme.statement(on, currency)).statements
    return found


def balances(found: Statement) -> tuple[int, int]:
    opening, closing = found.balance("OPBD"), found.balance("CLBD")
    assert opening is not None
    assert closing is not None
    return opening.signed, closing.signed


def test_an_instruction_is_confirmed_notified_and_on_the_statement():
    scheme = book()
    told, notified = scheme.take(settlement(70_000)).deliveries
    assert says(told) == ("accepted", "ACSC", "MS03")
    (note,) = camt054.read(notified.body).statements
    found = statement(scheme)
    assert balances(found) == (OPENING, OPENING - 70_000)
    assert [each.signed for each in (*note.entries, *found.entries)] == [-70_000] * 2
    references = found.entries[0].details[0].payments[0].references
    assert references is not None
    assert (references.message_id, references.end_to_end_id) == ("STL-1", "W-1")
    assert disagreements(found) == ()


def test_what_we_are_owed_is_credited_and_what_others_settle_is_not_ours():
    scheme = book()
    scheme.take(settlement(500, 1, debtor="SCHMBE22XXX", creditor=OURS))
    taken = scheme.take(settlement(900, 2, debtor="SCHMBE22XXX"))
    assert len(taken.deliveries) == 1
    assert balances(statement(scheme)) == (OPENING, OPENING + 500)


def test_an_instruction_without_a_uetr_could_not_be_told_of():
    nameless = re.sub(rb"<UETR>[^<]*</UETR>", b"", settlement(500))
    with pytest.raises(NotTaken):
        book().take(nameless)


def test_a_bic_of_eight_characters_is_the_head_offices():
    scheme = book()
    scheme.ours = OURS[:8]
    scheme.take(settlement(500, 1))
    scheme.take(settlement(200, 2, debtor="SCHMBE22", creditor=OURS[:8]))
    assert [each.signed for each in scheme.entries] == [-500, 200]


@pytest.mark.parametrize(
    ("knob", "answers", "booked"),
    [
        ("reject", [("rejected", "RJCT", "AM04")], 0),
        ("silent", [], -70_000),
        ("settle", [("accepted", "ACSC", "MS03")], -70_000),
    ],
)
def test_an_instruction_is_answered_as_the_knob_says(knob, answers, booked):
    scheme = book(settlements=knob, notify=False)
    taken = scheme.take(settlement(70_000))
    assert [says(each) for each in taken.deliveries] == answers
    assert balances(statement(scheme))[1] == OPENING + booked


def test_an_instruction_comes_twice_and_moves_once():
    scheme = book()
    scheme.take(settlement(70_000))
    assert scheme.take(settlement(70_000)).status == 409
    other = settlement(70_000).replace(b"STL-1", b"STL-2")
    assert says(scheme.take(other).deliveries[0])[0] == "duplicate"
    assert len(scheme.entries) == 1


def test_payments_themselves_are_on_the_statement_when_the_knob_says_so():
    scheme = book(book_payments=True, enquiry=1)
    for number, amount in enumerate((1_000, 1_001, 1_003, 1_005), 1):
        scheme.take(transfer(amount, number))
    assert [each.signed for each in scheme.entries] == [-1_000, -1_005, 1_005]
    scheme.take(enquiry(1, 3))
    scheme.take(recall(1_000, 1))
    made, _ = scheme.pay({"iban": "DE89370400440532013000", "name": "Ann Berg", "amount": 20})
    scheme.take(answer(made.uetr, "ACSC"))
    scheme.take(money_back(made.uetr, 5))
    scheme.move(10)
    found = statement(scheme)
    assert [each.signed for each in found.entries] == [-1000, -1005, 1005, -1003, 1000, 20, -5]
    assert disagreements(found) == ()
    assert balances(found)[1] - balances(found)[0] == -988


def test_statements_of_days_follow_on_one_another():
    scheme = book()
    scheme.take(settlement(100, 1))
    scheme.move(86_400)
    scheme.take(settlement(20, 2))
    first, second = statement(scheme), statement(scheme, DAY + timedelta(days=1))
    third = statement(scheme, DAY + timedelta(days=2))
    assert balances(first) == (OPENING, OPENING - 100)
    assert balances(second) == (OPENING - 100, OPENING - 120)
    assert balances(third) == (OPENING - 120, OPENING - 120)
    assert first.number is not None
    assert (second.number, third.number) == (first.number + 1, first.number + 2)
    assert statement(scheme, currency="HKD").entries == ()


def test_the_same_day_twice_is_the_same_statement_to_the_byte():
    scheme = book()
    scheme.take(settlement(100, 1))
    before = scheme.statement(DAY, "EUR")
    scheme.move(5)
    assert scheme.statement(DAY, "EUR") == before


@pytest.mark.parametrize(
    ("planted", "shown"),
    [
        ([{"kind": "omit", "entry": 2}], [-100, -300]),
        ([{"kind": "change", "entry": 1, "by": 7}], [-107, -200, -300]),
        ([{"kind": "add", "by": 42}], [-100, -200, -300, 42]),
        ([{"kind": "add", "by": -42}], [-100, -200, -300, -42]),
        ([{"kind": "omit", "entry": 9}], [-100, -200, -300]),
        (
            [{"kind": "omit", "entry": 1}, {"kind": "change", "entry": 2, "by": -5},
             {"kind": "add", "by": 9}],
            [-195, -300, 9],
        ),
    ],
)  # fmt: skip
def test_breaks_are_planted_and_the_statement_agrees_with_itself_all_the_same(planted, shown):
    scheme = book()
    for number in (1, 2, 3):
        scheme.take(settlement(100 * number, number))
    turn(scheme, planted)
    found = statement(scheme)
    assert [each.signed for each in found.entries] == shown
    assert disagreements(found) == ()
    following = statement(scheme, DAY + timedelta(days=1))
    assert balances(following)[0] == balances(found)[1]


def test_a_closing_balance_that_is_wrong_is_one_that_its_entries_do_not_give():
    scheme = book()
    scheme.take(settlement(100))
    turn(scheme, [{"kind": "closing", "by": 3}])
    (wrong,) = disagreements(statement(scheme))
    assert (wrong.element, wrong.stated) == ("Bal[CLBD]", OPENING - 97)


def turn(scheme: Still, planted: list[dict[str, Any]]) -> None:
    on = {"date": DAY.isoformat()}
    scheme.knobs = scheme.knobs.turned({"breaks": [on | each for each in planted]})
