"""Which window an instant belongs to: windows tile time, whatever clocks and calendars do."""

from datetime import timedelta
from itertools import pairwise

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from remit.kernel.clock import DAY, HOUR, MINUTE, rfc3339
from remit.settlement.model import WindowNotThere
from remit.settlement.schedule import Calendar
from remit.settlement.windows import counted_at, window_at, windows_between
from tests.unit.settlement.made import (
    ALWAYS,
    BRUSSELS,
    EUROPE,
    days,
    edition,
    instant,
    schedule,
)

PLAIN = schedule()


def at(text, plan=PLAIN, zone=BRUSSELS):
    return window_at(plan, instant(text, zone))


def bounds(window):
    return rfc3339(window.opens_at)[:16], rfc3339(window.closes_at)[:16]


def test_a_window_runs_from_cutoff_to_cutoff():
    window = at("2026-03-10T10:00")
    assert bounds(window) == ("2026-03-09T16:00", "2026-03-10T16:00")
    assert (window.day, window.cutoff, window.rail) == ("2026-03-10", "17:00", "sct_inst")
    assert window.seals_at == window.closes_at + MINUTE
    assert (window.calendar, window.cutoffs) == (
        EUROPE.version,
        PLAIN.editions[0].cutoffs.version,
    )


def test_the_instant_of_a_cutoff_belongs_to_the_next_window():
    cutoff = instant("2026-03-10T17:00", BRUSSELS)
    assert window_at(PLAIN, cutoff - 1).closes_at == cutoff
    assert window_at(PLAIN, cutoff).opens_at == cutoff


def test_a_window_spans_the_days_on_which_the_scheme_is_closed():
    window = at("2026-04-05T12:00")
    assert bounds(window) == ("2026-04-02T15:00", "2026-04-07T15:00")
    assert window.day == "2026-04-07"


def test_a_window_spans_the_turn_of_the_year():
    window = at("2026-12-31T23:59")
    assert bounds(window) == ("2026-12-31T16:00", "2027-01-04T16:00")
    assert window == at("2027-01-01T00:00")


def test_a_day_with_its_clocks_changed_is_an_hour_shorter_or_longer():
    plan = schedule(edition("17:00", calendar=ALWAYS))
    spring, autumn = at("2026-03-29T10:00", plan), at("2026-10-25T10:00", plan)
    assert spring.closes_at - spring.opens_at == 23 * HOUR
    assert autumn.closes_at - autumn.opens_at == 25 * HOUR


def test_a_cutoff_in_the_hour_that_comes_twice_closes_once():
    plan = schedule(edition("02:30", calendar=ALWAYS))
    first, second = instant("2026-10-25T00:30"), instant("2026-10-25T01:30")
    assert window_at(plan, first - 1).closes_at == first
    assert window_at(plan, first) == window_at(plan, second)


def test_cutoffs_that_fall_together_when_clocks_go_forward_leave_no_empty_window():
    plan = schedule(edition("02:30", "03:30", calendar=ALWAYS))
    moment = instant("2026-03-29T01:30")
    assert window_at(plan, moment - 1).closes_at == moment
    assert window_at(plan, moment).opens_at == moment
    assert window_at(plan, moment).closes_at == instant("2026-03-30T00:30")


def test_cutoffs_that_change_places_when_clocks_go_forward_still_tile_time():
    plan = schedule(edition("02:30", "03:00", calendar=ALWAYS))
    found = list(windows_between(plan, instant("2026-03-28T12:00"), instant("2026-03-30T12:00")))
    assert [window.cutoff for window in found] == ["03:00", "02:30", "02:30", "03:00", "02:30"]


def test_a_cutoff_at_midnight_holds_where_clocks_go_forward_at_midnight():
    plan = schedule(edition("00:00", "00:30", "23:59", calendar=ALWAYS, zone="Asia/Beirut"))
    start = instant("2026-03-27T12:00")
    found = list(windows_between(plan, start, start + 4 * DAY))
    assert all(a.closes_at == b.opens_at for a, b in pairwise(found))
    for moment in range(start, start + 4 * DAY, 7 * MINUTE):
        (window,) = [each for each in found if each.opens_at <= moment < each.closes_at]
        assert window_at(plan, moment) == window


def test_several_cutoffs_a_day_make_several_windows():
    plan = schedule(edition("09:00", "13:00", "17:00"))
    assert [
        (window.cutoff, window.day)
        for window in windows_between(
            plan, instant("2026-03-13T08:00", BRUSSELS), instant("2026-03-16T08:00", BRUSSELS)
        )
    ] == [
        ("09:00", "2026-03-13"),
        ("13:00", "2026-03-13"),
        ("17:00", "2026-03-13"),
        ("09:00", "2026-03-16"),
    ]


def test_a_change_of_tables_closes_a_window_and_opens_the_next():
    changed = edition("12:00", "18:00", since="2026-03-11T09:00")
    plan = schedule(edition("17:00"), changed)
    before, after = at("2026-03-11T08:59", plan), at("2026-03-11T09:00", plan)
    assert bounds(before) == ("2026-03-10T16:00", "2026-03-11T08:00")
    assert (before.cutoff, before.day) == ("change", "2026-03-11")
    assert bounds(after) == ("2026-03-11T08:00", "2026-03-11T11:00")
    assert after.cutoffs == changed.cutoffs.version != before.cutoffs


def test_a_change_at_a_cutoff_cuts_nothing_short():
    plan = schedule(edition("17:00"), edition("18:00", since="2026-03-11T17:00"))
    assert at("2026-03-11T16:59", plan).cutoff == "17:00"
    assert bounds(at("2026-03-11T17:00", plan)) == ("2026-03-11T16:00", "2026-03-11T17:00")


def test_a_window_that_a_change_closes_on_a_closed_day_settles_on_the_next_open_one():
    plan = schedule(edition("17:00"), edition("18:00", since="2026-04-04T00:00"))
    assert at("2026-04-03T12:00", plan).day == "2026-04-07"


def test_a_windows_id_does_not_change_when_its_tables_are_followed_by_others():
    moment = "2026-03-11T08:00"
    plan = schedule(edition("17:00"), edition("12:00", since="2026-03-11T09:00"))
    assert at(moment).id == at(moment, plan).id
    assert at(moment).closes_at > at(moment, plan).closes_at


def test_the_year_may_end_with_its_table_when_the_next_begins_there():
    this_year = Calendar.named("Y26", first="2026-01-01", last="2026-12-31", closed=())
    next_year = Calendar.named("Y27", first="2027-01-01", last="2027-12-31", closed=["2027-01-01"])
    plan = schedule(
        edition("17:00", calendar=this_year),
        edition("17:00", calendar=next_year, since="2027-01-01T00:00"),
    )
    last, first = at("2026-12-31T18:00", plan), at("2027-01-01T10:00", plan)
    assert (last.closes_at, last.cutoff, last.day) == (first.opens_at, "change", "2027-01-04")
    assert bounds(first) == ("2026-12-31T23:00", "2027-01-04T16:00")


def test_a_table_that_ends_before_the_next_begins_is_refused_and_not_guessed():
    this_year = Calendar.named("Y26", first="2026-01-01", last="2026-12-31", closed=())
    plan = schedule(
        edition("17:00", calendar=this_year), edition("17:00", since="2027-01-01T12:00")
    )
    assert at("2026-12-31T10:00", plan).cutoff == "17:00"
    with pytest.raises(WindowNotThere, match="has no 2027-01-01"):
        at("2026-12-31T18:00", plan)


def test_beyond_its_tables_there_is_no_window():
    with pytest.raises(WindowNotThere, match="first edition"):
        window_at(PLAIN, PLAIN.editions[0].since - 1)
    with pytest.raises(WindowNotThere, match="has no 2028-01-01"):
        at("2027-12-31T17:00")
    assert at("2027-12-31T16:59").day == "2027-12-31"
    assert at("2026-01-01T00:00").opens_at == PLAIN.editions[0].since


def closed_for(count, **more):
    calendar = Calendar.named(
        "LONG", first="2026-01-01", last="2026-12-31", closed=days("2026-03-02", count), weekend=()
    )
    return edition("17:00", calendar=calendar, **more)


def test_a_calendar_may_be_closed_for_a_month_and_no_longer():
    plan = schedule(closed_for(31))
    for day in ("2026-03-01T17:00", "2026-03-15T00:00", "2026-04-02T16:59"):
        assert at(day, plan).day == "2026-04-02"
        assert at(day, plan).opens_at == instant("2026-03-01T17:00", BRUSSELS)
    plan = schedule(closed_for(60))
    for day in ("2026-03-01T18:00", "2026-04-25T12:00"):
        with pytest.raises(WindowNotThere, match="closed for too long"):
            at(day, plan)


def test_a_calendar_closed_for_too_long_is_refused_also_when_another_follows():
    plan = schedule(closed_for(60), edition("17:00", since="2026-04-20T00:00"))
    with pytest.raises(WindowNotThere, match="closed for too long"):
        at("2026-03-01T18:00", plan)


def test_a_list_of_windows_is_bounded(monkeypatch):
    monkeypatch.setattr("remit.settlement.windows.MOST_WINDOWS", 50)
    assert list(windows_between(PLAIN, 5, 5)) == []
    times = [f"{hour:02d}:{minute:02d}" for hour in range(24) for minute in (0, 30)]
    plan = schedule(edition(*times, calendar=ALWAYS))
    start = plan.editions[0].since
    assert len(list(windows_between(plan, start, start + 25 * HOUR))) == 50
    with pytest.raises(ValueError, match="more than 50 windows"):
        list(windows_between(plan, start, start + 25 * HOUR + 1))


def test_a_payment_whose_window_is_sealed_is_counted_from_the_windows_end():
    window = at("2026-03-10T10:00")
    on_time = counted_at(window.closes_at - 1, sealed_until=window.opens_at)
    late = counted_at(window.closes_at - 1, sealed_until=window.closes_at)
    assert window_at(PLAIN, on_time) == window
    assert window_at(PLAIN, late).opens_at == window.closes_at
    assert counted_at(5, sealed_until=0) == 5


ZONES = (BRUSSELS, "UTC", "Asia/Hong_Kong", "America/New_York", "Asia/Beirut",
         "Australia/Lord_Howe", "America/Havana", "Pacific/Apia")  # fmt: skip
minutes = st.integers(0, 24 * 60 - 1).map(lambda each: f"{each // 60:02d}:{each % 60:02d}")


@st.composite
def plans(draw):
    """Schedules of one to three editions, anywhere, with holidays of their own."""
    zone = draw(st.sampled_from(ZONES))
    start, editions = instant("2026-01-01T00:00"), []
    for _ in range(draw(st.integers(1, 3))):
        calendar = Calendar.named(
            "ANY",
            first="2025-12-01",
            last="2027-12-31",
            closed=draw(st.lists(st.sampled_from(days("2026-01-01", 500)), max_size=40)),
            weekend=draw(st.sampled_from([(), (5, 6), (4, 5), (6,)])),
        )
        times = draw(st.lists(minutes, min_size=1, max_size=4, unique=True))
        made = edition(*times, calendar=calendar, zone=zone)
        editions.append(type(made)(since=start, calendar=calendar, cutoffs=made.cutoffs))
        start += draw(st.integers(1, 200 * DAY))
    return schedule(*editions)


@settings(max_examples=200, deadline=None)
@given(plans(), st.integers(0, 400 * DAY), st.integers(0, 20 * DAY))
def test_windows_tile_time_without_gap_or_overlap(plan, offset, length):
    start = plan.editions[0].since + offset
    found = list(windows_between(plan, start, start + length + 1))
    assert found[0].opens_at <= start < found[0].closes_at
    assert found[-1].closes_at > start + length
    assert all(a.closes_at == b.opens_at for a, b in pairwise(found))
    assert all(window.opens_at < window.closes_at for window in found)
    assert len({window.id for window in found}) == len(found)


@settings(max_examples=300, deadline=None)
@given(plans(), st.integers(0, 420 * DAY), st.integers(0, 10_000))
def test_every_instant_belongs_to_exactly_one_window(plan, offset, share):
    moment = plan.editions[0].since + offset
    window = window_at(plan, moment)
    assert window.opens_at <= moment < window.closes_at
    inside = window.opens_at + (window.closes_at - window.opens_at - 1) * share // 10_000
    assert window_at(plan, inside) == window
    if window.opens_at > plan.editions[0].since:
        assert window_at(plan, window.opens_at - 1).closes_at == window.opens_at
    assert window_at(plan, window.closes_at).opens_at == window.closes_at


@settings(max_examples=200, deadline=None)
@given(plans(), st.integers(0, 400 * DAY))
def test_a_window_settles_on_a_business_day_that_is_not_before_its_end(plan, offset):
    window = window_at(plan, plan.editions[0].since + offset)
    serving = [each for each in plan.editions if each.since <= window.opens_at][-1]
    if window.cutoff == "change":
        serving = next(each for each in plan.editions if each.since == window.closes_at)
    day = serving.day_of(window.closes_at)
    assert window.day not in serving.calendar.closed
    assert window.day >= (day - timedelta(days=1)).isoformat()
