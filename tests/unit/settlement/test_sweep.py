"""Every minute: windows whose time has come are started, those that wait are told."""

from remit.settlement.sweep import LATE, sweep
from tests.unit.settlement.office import office


def swept(here, *, until=lambda: False):
    started = []
    found = sweep(
        here.store,
        lambda tenant, window: started.append((tenant, window)),
        here.resume,
        now=here.now,
        until=until,
    )
    return found, started


def test_a_window_is_started_once_its_time_has_come():
    here = office()
    window = here.joined(here.member())
    assert swept(here)[1] == []
    here.after_end(window)
    found, started = swept(here)
    assert (started, found.started) == ([("acme", window)], 1)
    here.task("CloseSettlement", window)
    assert swept(here)[1] == []


def test_who_was_not_told_is_told_until_it_goes_on():
    here = office()
    window = here.joined(here.member())
    here.after_end(window)
    here.run(window)
    before = here.resume
    lost = []
    here.resume = lambda token, result: lost.append(result)
    here.answer(here.orders(window)[0])
    here.resume = before
    assert lost == [{"status": "confirmed"}]
    assert swept(here)[0].told == 1
    assert here.go_on(window) == ("Window settled", "settled")
    assert swept(here) == (swept(here)[0], [])
    assert swept(here)[0].told == 0


def test_a_window_that_takes_too_long_is_counted():
    here = office()
    window = here.joined(here.member())
    here.after_end(window)
    here.run(window)
    assert swept(here)[0].late == 0
    here.now += LATE
    assert swept(here)[0].late == 1


def test_late_it_leaves_the_rest_to_the_next_run():
    here = office()
    window = here.joined(here.member())
    here.after_end(window)
    assert swept(here, until=lambda: True)[1] == []
