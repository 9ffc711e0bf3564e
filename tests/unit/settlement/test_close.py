"""*Close window*: sealed when its time has come, and not before; once."""

import pytest

from remit.settlement.kept import WindowUnknown
from remit.settlement.operate import LEAD
from remit.store.commit import commit
from tests.unit.settlement.office import NOON, office


def test_a_window_is_sealed_a_grace_after_its_end_and_not_before():
    here = office()
    window = here.joined(here.member())
    seals_at = here.kept(window).window.seals_at
    assert seals_at == NOON + 5_000
    here.now = seals_at - 1
    assert here.task("CloseSettlement", window) == "open"
    assert here.kept(window).status == "OPEN"
    here.now = seals_at
    assert here.task("CloseSettlement", window) == "closed"
    assert [change.status for change in here.kept(window).history] == ["OPEN", "CLOSED"]


def test_closing_twice_changes_nothing():
    here = office()
    window = here.joined(here.member())
    here.after_end(window)
    here.task("CloseSettlement", window)
    before = here.world()
    assert here.task("CloseSettlement", window) == "closed"
    assert here.world() == before


def test_a_window_that_nobody_knows_is_not_closed():
    with pytest.raises(WindowUnknown):
        office().task("CloseSettlement", "win_00000000000000000000000000")


def test_an_early_cut_off_gives_the_window_its_bounds():
    here = office()
    window = here.joined(here.member())
    cut = here.now + LEAD
    commit(here.client, [here.store.cut("acme", "sct_inst", "EUR", cut, by="ada", at=here.now)])
    here.now = cut + 5_000
    assert here.task("CloseSettlement", window) == "closed"
    facts = here.kept(window).window
    assert (facts.closes_at, facts.cutoff) == (cut, "change")
    assert here.window(cut).opens_at == cut
    assert here.window(cut).id != window
