"""Waiting for a later state: a little longer each time, and never past the end."""

import pytest

from remit.runtime import wait


@pytest.fixture
def slept(monkeypatch):
    """The clock stands at 0 and moves only by sleeping; gives how long each sleep was."""
    sleeps: list[float] = []
    monkeypatch.setattr("time.sleep", sleeps.append)
    monkeypatch.setattr("remit.kernel.clock.now", lambda: round(sum(sleeps) * 1000))
    return sleeps


def test_it_waits_longer_each_time_until_the_end(slept):
    pause = wait.until(3000)
    while pause():
        assert len(slept) < 100
    assert sum(slept) == pytest.approx(3, abs=0.01)
    grown = slept[:-1]
    assert grown == sorted(grown)
    assert 0 < min(grown) <= max(grown) <= 0.5


def test_a_moment_that_has_come_is_not_waited_for(slept):
    assert wait.until(0)() is False
    assert wait.until(-5)() is False
    assert slept == []
