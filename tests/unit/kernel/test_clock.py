"""Time: milliseconds to RFC 3339 and back, and nothing that only looks like RFC 3339."""

import time

import pytest
from hypothesis import given
from hypothesis import strategies as st

from remit.kernel import clock

moments = st.integers(min_value=0, max_value=253_402_300_799_999)  # to the end of year 9999


def test_now_is_in_milliseconds():
    before = time.time_ns() // 1_000_000
    now = clock.now()

    assert before <= now <= time.time_ns() // 1_000_000


@given(moments)
def test_a_moment_written_reads_back_the_same(moment):
    assert clock.parse_rfc3339(clock.rfc3339(moment)) == moment


@given(moments, moments)
def test_written_moments_sort_as_the_moments_do(one, other):
    assert (clock.rfc3339(one) < clock.rfc3339(other)) == (one < other)


@pytest.mark.parametrize(
    ("moment", "text"),
    [
        (0, "1970-01-01T00:00:00.000Z"),
        (1_795_512_600_125, "2026-11-24T09:30:00.125Z"),
        (1_795_512_600_005, "2026-11-24T09:30:00.005Z"),
    ],
)
def test_a_moment_is_written_in_utc_with_milliseconds(moment, text):
    assert clock.rfc3339(moment) == text


@pytest.mark.parametrize(
    "text",
    [
        "2026-11-24T09:30:00.125Z",
        "2026-11-24t09:30:00.125z",
        "2026-11-24T10:30:00.125+01:00",
        "2026-11-24T05:00:00.125-04:30",
        "2026-11-24T09:30:00.125999Z",
        "2026-11-24T09:30:00.125999999Z",
    ],
)
def test_one_moment_may_be_spelt_in_many_ways(text):
    assert clock.parse_rfc3339(text) == 1_795_512_600_125


@pytest.mark.parametrize(
    "text",
    ["", "2026-11-24", "2026-11-24T09:30:00", "2026-11-24 09:30:00Z", "2026-11-24T09:30Z",
     "20261124T093000Z", "2026-W48-2T09:30:00Z", "2026-11-24T09:30:00,125Z", "2026-02-30T09:30:00Z",
     "2026-11-24T25:00:00Z", "2026-11-24T09:30:00+0100", "2026-11-24T09:30:00+01:00:30",
     "2026-11-24T09:30:00Z\n", " 2026-11-24T09:30:00Z", "٢٠٢٦-11-24T09:30:00Z", "1795512600125",
     "2026-11-24T09:30:00." + "1" * 40 + "Z"],
)  # fmt: skip
def test_what_is_not_rfc_3339_is_refused(text):
    with pytest.raises(ValueError, match=r".+"):
        clock.parse_rfc3339(text)
