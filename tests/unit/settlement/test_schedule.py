"""Calendars and cut-off tables: what they say, and which are no tables."""

from datetime import date

import pytest

from remit.settlement.model import WindowNotThere
from remit.settlement.schedule import Calendar, Cutoffs, Edition, Schedule
from tests.unit.settlement.made import BRUSSELS, EUROPE, cutoffs, edition, instant


def test_a_calendar_is_closed_on_its_days_and_weekends():
    assert EUROPE.is_open(date(2026, 4, 2))
    assert not EUROPE.is_open(date(2026, 4, 3))
    assert not EUROPE.is_open(date(2026, 4, 4))
    assert not EUROPE.is_open(date(2026, 4, 5))


def test_a_calendar_says_nothing_of_days_outside_its_table():
    assert not EUROPE.covers(date(2028, 1, 1))
    assert EUROPE.covers(date(2027, 12, 31))
    assert EUROPE.covers(date(2025, 12, 1))
    for day in (date(2025, 11, 30), date(2028, 1, 1)):
        with pytest.raises(WindowNotThere, match="has no"):
            EUROPE.is_open(day)


def test_a_version_is_the_content_whatever_its_order():
    plain = {"first": "2026-01-01", "last": "2026-12-31", "closed": ["2026-05-01", "2026-12-25"]}
    same = Calendar.named("A", **plain | {"closed": ["2026-12-25", "2026-05-01", "2026-05-01"]})
    assert Calendar.named("A", **plain) == same
    others = [
        Calendar.named("B", **plain),
        Calendar.named("A", **plain | {"last": "2027-12-31"}),
        Calendar.named("A", **plain | {"first": "2025-12-31"}),
        Calendar.named("A", **plain | {"closed": ["2026-05-01"]}),
        Calendar.named("A", **plain, weekend=(4, 5)),
    ]
    assert len({same.version, *(each.version for each in others)}) == 6
    assert same.version.startswith("A-")


@pytest.mark.parametrize("wrong", ["20260501", "2026-02-30", "may"])
def test_a_calendars_days_are_iso_dates(wrong):
    with pytest.raises(ValueError, match=r"Y|day|iso"):
        Calendar.named("A", first="2026-01-01", last="2026-12-31", closed=[wrong])


def test_a_tables_version_is_its_content():
    assert cutoffs("12:00", "17:00") == cutoffs("17:00", "12:00")
    versions = {
        cutoffs("17:00").version,
        cutoffs("17:01").version,
        cutoffs("17:00", zone="UTC").version,
        cutoffs("17:00", grace=1).version,
        cutoffs("17:00", name="other").version,
        Cutoffs.named("table", zone=BRUSSELS, cutoffs=[("last", "17:00")], grace=60_000).version,
    }
    assert len(versions) == 6


@pytest.mark.parametrize(
    ("table", "advice"),
    [
        ([], "there is one"),
        ([("a", "12:00"), ("a", "13:00")], "name and a time"),
        ([("a", "12:00"), ("b", "12:00")], "name and a time"),
        ([("a", "12:00:30")], "HH:MM"),
        ([("a", "1200")], "HH:MM"),
        ([("a", "12:00+01:00")], "HH:MM"),
        ([("a", "24:01")], "HH:MM"),
    ],
)
def test_what_is_no_cutoff_table_is_refused(table, advice):
    with pytest.raises(ValueError, match=advice):
        Cutoffs.named("t", zone="UTC", cutoffs=table, grace=0)


def test_a_table_is_not_sealed_before_it_closes_and_has_a_real_zone():
    with pytest.raises(ValueError, match="sealed"):
        cutoffs("12:00", grace=-1)
    with pytest.raises(KeyError, match="Atlantis"):
        cutoffs("12:00", zone="Europe/Atlantis")


def test_an_edition_begins_on_a_day_of_its_calendar():
    with pytest.raises(ValueError, match="covers the day"):
        edition("17:00", since="2025-11-30T23:59")
    assert edition("17:00", since="2025-12-01T00:00").since == instant("2025-12-01T00:00", BRUSSELS)


def test_editions_follow_one_another():
    first, second = edition("17:00"), edition("17:00", since="2026-02-01T00:00")
    with pytest.raises(ValueError, match="later than the one before"):
        Schedule(rail="r", currency="EUR", editions=(second, first))
    with pytest.raises(ValueError, match="later than the one before"):
        Schedule(rail="r", currency="EUR", editions=(first, first))
    with pytest.raises(ValueError, match="one edition or more"):
        Schedule(rail="r", currency="EUR", editions=())


def test_a_local_time_that_does_not_exist_comes_as_long_after_the_hour_before():
    spring = edition("02:30")
    assert spring.instant(date(2026, 3, 29), "02:30") == instant("2026-03-29T01:30")
    assert spring.instant(date(2026, 3, 28), "02:30") == instant("2026-03-28T01:30")
    assert spring.instant(date(2026, 3, 30), "02:30") == instant("2026-03-30T00:30")


def test_a_local_time_that_comes_twice_counts_the_first_time():
    assert edition("02:30").instant(date(2026, 10, 25), "02:30") == instant("2026-10-25T00:30")


def test_the_next_open_day_may_be_the_day_itself():
    tables = Edition(since=instant("2026-01-01T00:00"), calendar=EUROPE, cutoffs=cutoffs("12:00"))
    assert tables.next_open(date(2026, 4, 2)) == date(2026, 4, 2)
    assert tables.next_open(date(2026, 4, 3)) == date(2026, 4, 7)
