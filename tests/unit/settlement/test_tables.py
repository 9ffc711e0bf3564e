"""The tables in force, and that they need no zone database of the machine's."""

import subprocess
import sys

import pytest

from remit.rails.capability import BY_NAME
from remit.settlement.tables import FIRST_MOMENT, calendar, mode_of, schedule_of, settled
from remit.settlement.windows import window_at, windows_between
from tests.house.house import REPOSITORY
from tests.unit.settlement.made import BRUSSELS, instant

DAY = 86_400_000


def test_every_rail_that_settles_has_tables_for_each_of_its_currencies():
    needed = {
        (each.rail, currency)
        for each in BY_NAME.values()
        if each.settlement != "none"
        for currency in each.currencies
    }
    assert set(settled()) == needed


@pytest.mark.parametrize(("rail", "mode"), [("sct_inst", "net"), ("fps_hk", "gross")])
def test_a_rail_settles_as_it_says_that_it_can(rail, mode):
    assert mode_of(rail) == mode


def test_windows_tile_the_years_of_the_tables():
    for rail, currency in settled():
        schedule = schedule_of(rail, currency)
        start = instant("2026-12-20T00:00", BRUSSELS)
        found = list(windows_between(schedule, start, start + 20 * DAY))
        assert [each.closes_at for each in found[:-1]] == [each.opens_at for each in found[1:]]
    with pytest.raises(KeyError):
        schedule_of("book", "EUR")
    assert window_at(schedule_of("sct_inst", "EUR"), FIRST_MOMENT).opens_at == FIRST_MOMENT


def test_no_window_settles_on_a_day_on_which_target_is_closed():
    schedule = schedule_of("sct_inst", "EUR")
    christmas = window_at(schedule, instant("2026-12-24T18:00", BRUSSELS))
    assert (christmas.day, christmas.cutoff) == ("2026-12-28", "morning")
    assert calendar("TARGET").version == calendar("TARGET").version


def test_an_early_cut_off_ends_a_window_and_changes_no_id():
    cut = instant("2026-11-24T11:00", BRUSSELS)
    plain, early = schedule_of("sct_inst", "EUR"), schedule_of("sct_inst", "EUR", (cut, cut))
    before, after = window_at(early, cut - 1), window_at(early, cut)
    assert before.id == window_at(plain, cut - 1).id
    assert (before.closes_at, after.opens_at) == (cut, cut)
    assert after.closes_at == window_at(plain, cut).closes_at
    assert window_at(early, cut + DAY).id == window_at(plain, cut + DAY).id
    assert schedule_of("sct_inst", "EUR", (FIRST_MOMENT,)) == plain


ZONE = """
import zoneinfo
zoneinfo.reset_tzpath(to=())
from remit.settlement.tables import schedule_of
from remit.settlement.windows import window_at
print(window_at(schedule_of("sct_inst", "EUR"), 1_795_512_600_000).closes_at)
"""


def test_windows_need_no_zone_database_of_the_machine():
    done = subprocess.run(
        [sys.executable, "-c", ZONE],
        cwd=REPOSITORY,
        env={"PYTHONPATH": "layers/remit", "PYTHONTZPATH": ""},
        capture_output=True,
        text=True,
        check=True,
    )
    assert int(done.stdout) == instant("2026-11-24T12:00", BRUSSELS)
