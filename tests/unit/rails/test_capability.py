"""What rails can do, which one a payment takes and why, and when their systems settle."""

from dataclasses import replace
from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from remit.kernel.clock import parse_rfc3339
from remit.kernel.money import Money
from remit.rails import calendar
from remit.rails.capability import FPS_HK, RAILS, SCT_INST, Hours, is_open, route
from tests.unit.rails import holiday_tables

NOON = parse_rfc3339("2026-11-24T12:00:00Z")
EUR, HKD, USD = (Money(amount=100, currency=code) for code in ("EUR", "HKD", "USD"))


@pytest.mark.parametrize(
    ("amount", "addressing", "rail"),
    [
        (EUR, "account", "book"),
        (USD, "account", "book"),
        (EUR, "iban", "sct_inst"),
        (HKD, "mobile", "fps_hk"),
        (HKD, "bank_account", "fps_hk"),
        (Money(amount=5, currency="CNY"), "fps_id", "fps_hk"),
        (USD, "iban", None),
        (HKD, "iban", None),
        (Money(amount=0, currency="EUR"), "iban", None),
        (Money(amount=99_999_999_999, currency="EUR"), "iban", "sct_inst"),
        (Money(amount=100_000_000_000, currency="EUR"), "iban", None),
        (Money(amount=1_000_000_001, currency="HKD"), "email", None),
    ],
)
def test_a_payment_takes_the_rail_that_can_and_the_others_say_why_not(amount, addressing, rail):
    found = route(amount=amount, addressing=addressing, at=NOON)

    assert found.rail == rail
    assert len(found.passed_over) == len(RAILS) - (rail is not None)
    assert all(each.code and each.why for each in found.passed_over)


def test_the_reasons_are_those_that_hold():
    found = route(amount=USD, addressing="iban", at=NOON)
    codes = {each.rail: each.code for each in found.passed_over}
    too_much = route(amount=Money(amount=10**12, currency="EUR"), addressing="iban", at=NOON)

    assert codes == {"book": "addressing", "sct_inst": "currency", "fps_hk": "addressing"}
    assert found.because == "no rail can carry it"
    assert "amount" in {each.code for each in too_much.passed_over}


def test_the_rail_that_was_asked_for_is_taken_or_none():
    asked = route(amount=EUR, addressing="iban", at=NOON, wanted="sct_inst")
    other = route(amount=EUR, addressing="iban", at=NOON, wanted="fps_hk")

    assert (asked.rail, asked.because) == ("sct_inst", "it was asked for")
    assert other.rail is None
    assert {each.rail: each.code for each in other.passed_over}["sct_inst"] == "not_wanted"


def test_of_two_that_can_the_cheaper_is_taken_whatever_their_order():
    dearer = replace(SCT_INST, rail="slow", cost_rank=9)

    for rails in ((dearer, SCT_INST), (SCT_INST, dearer)):
        found = route(amount=EUR, addressing="iban", at=NOON, rails=rails)
        assert (found.rail, found.because) == ("sct_inst", "it is the cheapest that can")
        assert found.passed_over[0].code == "dearer"


@pytest.mark.parametrize(
    ("at", "open_"),
    [("00:59", False), ("01:00", True), ("09:59", True), ("10:00", False), ("23:00", False)],
)
def test_a_rail_with_hours_is_open_within_them_by_its_own_clock(at, open_):
    office = replace(FPS_HK, hours=Hours(opens=9 * 60, closes=18 * 60, offset=480))
    moment = parse_rfc3339(f"2026-11-24T{at}:00Z")

    assert is_open(office, moment) == open_
    found = route(amount=HKD, addressing="email", at=moment, rails=(office,))
    assert (found.rail is not None) == open_
    assert open_ or found.passed_over[0].code == "hours"


def test_the_committed_holidays_are_those_of_the_package():
    assert holiday_tables.TABLE.read_text() == holiday_tables.written()


@pytest.mark.parametrize(
    ("name", "day", "settles"),
    [
        ("TARGET", "2026-11-24", True),
        ("TARGET", "2026-11-28", False),
        ("TARGET", "2026-11-29", False),
        ("TARGET", "2026-04-03", False),
        ("TARGET", "2026-05-01", False),
        ("TARGET", "2026-12-24", True),
        ("TARGET", "2026-12-25", False),
        ("HK", "2026-02-17", False),
        ("HK", "2026-04-03", False),
        ("HK", "2026-10-19", False),
        ("HK", "2026-10-20", True),
        ("TARGET", "2026-02-17", True),
    ],
)
def test_a_system_settles_on_its_business_days(name, day, settles):
    assert calendar.is_business_day(name, date.fromisoformat(day)) == settles


def test_the_days_after_skip_what_is_closed():
    christmas = date(2026, 12, 24)

    assert calendar.next_business_day("TARGET", christmas) == date(2026, 12, 28)
    assert calendar.add_business_days("TARGET", christmas, 0) == christmas
    assert calendar.add_business_days("TARGET", christmas, 10) == date(2027, 1, 11)
    assert len(calendar.VERSION) == 16


@pytest.mark.parametrize(("name", "year"), [("TARGET", 2023), ("HK", 2041), ("NYSE", 2026)])
def test_a_calendar_or_year_without_a_table_is_refused(name, year):
    with pytest.raises(ValueError, match="the calendar"):
        calendar.is_business_day(name, date(year, 6, 1))


@given(st.sampled_from(calendar.CALENDARS), st.dates(date(2024, 1, 1), date(2040, 11, 30)))
def test_the_next_business_day_is_one_and_none_lies_between(name, day):
    found = calendar.next_business_day(name, day)

    assert calendar.is_business_day(name, found)
    between = (date.fromordinal(n) for n in range(day.toordinal() + 1, found.toordinal()))
    assert not any(calendar.is_business_day(name, each) for each in between)
