"""Windows and points, as data: which counters a question has, and when they are over."""

from hypothesis import given
from hypothesis import strategies as st

from remit.payees.limits import Allowance, Limits, Window, counters, seconds_left
from tests.house.house import template

LIMITS = Limits.read(
    '{"requester": {"60": 600, "86400": 9000, "no_match": 5},'
    ' "payee": {"3600": 200, "no_match": 20}}'
)
NOW = 1_795_512_612_345
DAY = 86_400_000


def test_limits_are_read_as_they_are_written():
    minute, day = Window(seconds=60, most=600), Window(seconds=86_400, most=9_000)
    assert LIMITS.requester == Allowance(windows=(minute, day), no_match=5)
    assert LIMITS.payee == Allowance(windows=(Window(seconds=3_600, most=200),), no_match=20)


def test_the_limits_that_are_deployed_can_be_read():
    deployed = Limits.read(template()["Parameters"]["PayeeLimits"]["Default"])
    hour = deployed.payee.windows[0]
    assert hour.most // deployed.payee.no_match == 10


def test_a_question_has_a_counter_for_each_window_the_payees_first():
    found = list(counters(LIMITS, requester="a", payee="b", now=NOW))
    assert [(each.most, each.guess) for each in found] == [(200, 19), (600, 4), (9_000, 4)]
    assert len({each.key for each in found}) == 3


def test_who_asks_and_who_is_asked_about_are_counted_apart():
    def keys(requester, payee):
        return [each.key for each in counters(LIMITS, requester=requester, payee=payee, now=NOW)]

    first, other_payee, other_requester = keys("a", "b"), keys("a", "c"), keys("d", "b")
    assert (first[0] == other_payee[0], first[1:] == other_payee[1:]) == (False, True)
    assert (first[0] == other_requester[0], first[1] == other_requester[1]) == (True, False)
    assert keys("x", "x")[0] != keys("x", "x")[1]


@given(st.integers(0, 2**41))
def test_everybody_counts_in_the_same_window_and_it_ends_within_its_length(now):
    for counter, seconds in zip(
        counters(LIMITS, requester="a", payee="b", now=now), (3_600, 60, 86_400), strict=True
    ):
        assert counter.ends_at % (seconds * 1_000) == 0
        assert now < counter.ends_at <= now + seconds * 1_000
        assert 1 <= seconds_left(counter, now) <= seconds
        begin = counter.ends_at - seconds * 1_000
        (same, *_) = [
            each
            for each in counters(LIMITS, requester="a", payee="b", now=begin)
            if each.most == counter.most
        ]
        assert same == counter


def test_a_clock_that_is_past_the_end_still_says_one_second():
    (counter, *_) = counters(LIMITS, requester="a", payee="b", now=NOW)
    assert seconds_left(counter, counter.ends_at + DAY) == 1
