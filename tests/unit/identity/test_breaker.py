"""The circuit breaker: a table of cases, then any life at all."""

import pytest
from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, invariant, precondition, rule

from remit.identity.breaker import (
    LEASE,
    LONGEST,
    SHORTEST,
    THRESHOLD,
    Breaker,
    entered,
    failed,
    succeeded,
)

NOW = 1_000_000
OPEN = Breaker(openings=1, open_until=NOW)
PROBED = Breaker(openings=1, open_until=NOW, probe_until=NOW + LEASE)


@pytest.mark.parametrize(
    ("breaker", "now", "entry"),
    [
        (Breaker(), NOW, "through"),
        (Breaker(failures=THRESHOLD - 1), NOW, "through"),
        (OPEN, NOW - 1, "refused"),
        (OPEN, NOW, "probe"),
        (PROBED, NOW, "refused"),
        (PROBED, NOW + LEASE - 1, "refused"),
        (PROBED, NOW + LEASE, "probe"),
    ],
)
def test_who_may_call(breaker, now, entry):
    found, after = entered(breaker, now=now)
    assert found == entry
    if entry == "probe":
        assert after == Breaker(openings=1, open_until=NOW, probe_until=now + LEASE)
    else:
        assert after == breaker


@pytest.mark.parametrize(
    ("breaker", "entry", "after"),
    [
        (Breaker(), "through", Breaker()),
        (Breaker(failures=4, turn=9), "through", Breaker(turn=9)),
        (OPEN, "through", OPEN),
        (PROBED, "probe", Breaker()),
        (Breaker(failures=2), "probe", Breaker()),
    ],
)
def test_what_a_success_does(breaker, entry, after):
    assert succeeded(breaker, entry) == after


@pytest.mark.parametrize(
    ("breaker", "entry", "after"),
    [
        (Breaker(), "through", Breaker(failures=1)),
        (
            Breaker(failures=THRESHOLD - 1),
            "through",
            Breaker(openings=1, open_until=NOW + SHORTEST),
        ),
        (OPEN, "through", OPEN),
        (PROBED, "through", PROBED),
        (PROBED, "probe", Breaker(openings=2, open_until=NOW + 2 * SHORTEST)),
        (
            Breaker(openings=99, open_until=1, probe_until=2),
            "probe",
            Breaker(openings=100, open_until=NOW + LONGEST),
        ),
    ],
)
def test_what_a_failure_does(breaker, entry, after):
    assert failed(breaker, entry, now=NOW) == after


def test_failures_that_are_not_in_a_row_do_not_open_it():
    breaker = Breaker()
    for _ in range(10):
        for _ in range(THRESHOLD - 1):
            breaker = failed(breaker, "through", now=NOW)
        breaker = succeeded(breaker, "through")
    assert breaker.is_closed


def test_it_says_when_it_may_be_tried_again():
    assert Breaker().retry_at == 0
    assert OPEN.retry_at == NOW
    assert PROBED.retry_at == NOW + LEASE


class Lives(RuleBasedStateMachine):
    """Callers come, calls end well or badly or never, time passes."""

    def __init__(self):
        super().__init__()
        self.breaker, self.now, self.row = Breaker(), NOW, 0
        self.calls = []  # entries of calls under way
        self.probes = []  # when each was let in

    @rule(passed=st.integers(0, LONGEST))
    def time_passes(self, passed):
        self.now += passed

    @rule()
    def somebody_calls(self):
        entry, self.breaker = entered(self.breaker, now=self.now)
        if entry == "probe":
            assert all(self.now >= before + LEASE for before in self.probes)
            self.probes.append(self.now)
        if entry != "refused":
            self.calls.append(entry)

    @precondition(lambda self: self.calls)
    @rule(data=st.data())
    def a_call_fails(self, data):
        entry = self.calls.pop(data.draw(st.integers(0, len(self.calls) - 1)))
        was_closed = self.breaker.is_closed
        self.breaker = failed(self.breaker, entry, now=self.now)
        self.row = self.row + 1 if was_closed else 0
        assert self.breaker.is_closed == (was_closed and self.row < THRESHOLD)
        if not self.breaker.is_closed:
            self.row = 0
        if entry == "probe":
            self.probes = []

    @precondition(lambda self: self.calls)
    @rule(data=st.data())
    def a_call_succeeds(self, data):
        entry = self.calls.pop(data.draw(st.integers(0, len(self.calls) - 1)))
        was_closed = self.breaker.is_closed
        self.breaker = succeeded(self.breaker, entry)
        self.row = 0
        assert self.breaker.is_closed == (was_closed or entry == "probe")
        if entry == "probe":
            self.probes = []

    @precondition(lambda self: self.calls)
    @rule()
    def a_call_is_never_heard_of_again(self):
        self.calls.pop()

    @invariant()
    def it_is_never_shut_for_ever(self):
        assert self.breaker.retry_at <= self.now + LONGEST
        later = max(self.now, self.breaker.retry_at)
        assert entered(self.breaker, now=later)[0] != "refused"

    @invariant()
    def it_is_open_with_a_reason(self):
        assert 0 <= self.breaker.failures < THRESHOLD
        assert self.breaker.is_closed == (self.breaker.openings == 0)
        assert not (self.breaker.is_closed and self.breaker.probe_until)


Lives.TestCase.settings = settings(max_examples=150, stateful_step_count=40, deadline=None)
TestLives = Lives.TestCase
