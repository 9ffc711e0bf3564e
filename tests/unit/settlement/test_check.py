"""*Check liquidity*: what the window comes to, and whether we have it."""

import pytest

from remit.settlement.check import check
from tests.unit.settlement.office import OURS, office

HKD = {"rail": "fps_hk", "currency": "HKD"}


def computed(here, *members):
    window = here.joined(*members)
    here.after_end(window)
    here.task("CloseSettlement", window)
    here.compute(window)
    return window


def test_what_is_owed_net_is_held_against_what_is_available():
    for line, status in ((70, "enough"), (69, "short")):
        here = office(line=line)
        window = computed(here, here.member(100), here.member(30, incoming=True))
        assert here.task("CheckSettlement", window) == status
        assert here.kept(window).count == 2
        position = here.store.total(here.kept(window)).position_of(OURS, "EUR")
        assert (position.debits, position.credits, position.net) == (100, 30, -70)


def test_what_was_settled_before_is_available_no_more():
    here = office(line=150)
    here.settled(here.joined(here.member(100)))
    assert here.desk.available("acme", "EUR") == 50
    here.now += 4 * 3_600_000
    window = here.joined(here.member(51))
    here.after_end(window)
    assert here.run(window) == ("Await person", "waiting")
    assert here.kept(window).status == "SHORT"


def test_a_rail_that_settles_gross_needs_all_that_we_pay():
    here = office()
    window = computed(here, here.member(100, **HKD), here.member(90, incoming=True, **HKD))
    found = check(here.desk, tenant="acme", window_id=window, now=here.now)
    assert (found.status, found.missing) == ("short", 100)  # there is no line in its currency


def test_who_is_owed_needs_nothing():
    here = office(line=0)
    window = computed(here, here.member(30, incoming=True))
    assert here.task("CheckSettlement", window) == "enough"


@pytest.mark.parametrize("missing", [0, 63])
def test_without_all_parts_it_is_to_be_computed(missing):
    here = office()
    window = here.joined(here.member())
    here.after_end(window)
    here.task("CloseSettlement", window)
    for part in set(range(64)) - {missing}:
        here.task("Compute", window, part=part)
    assert here.task("CheckSettlement", window) == "closed"
    here.task("Compute", window, part=missing)
    assert here.task("CheckSettlement", window) == "enough"
    before = here.world()
    assert here.task("CheckSettlement", window) == "enough"
    assert here.world() == before
