"""An early cut-off ends the window that it is asked for, and never touches one that is sealed."""

from contextlib import suppress
from dataclasses import replace

import pytest

from remit.kernel.errors import Unavailable
from remit.settlement.operate import LEAD, close_window
from remit.settlement.schema import WindowToClose
from tests.unit.settlement.office import NOON, lose, office
from tests.unit.settlement.test_await_person import command


def cut(here, window, key="k"):
    place = here.store, here.idempotency, command(here, key)
    return close_window(*place, window, WindowToClose(early=True))


def cuts(here):
    return [key[1] for key in here.database._tables["Settlement"].rows if "#early#" in key[0]]


def test_a_cut_off_that_comes_through_when_its_window_is_sealed_is_none():
    here = office()
    window = here.joined(here.member(100))
    here.now += 60_000
    earlier = here.now - 30_000

    def meanwhile(_, operation):
        # Before this one's commit another one ends the window, and it is sealed.
        if operation == "transact_write_items":
            here.client.before = None
            assert cut(here, window, "first").status == 202
            here.now += LEAD + 60_000
            assert here.task("CloseSettlement", window) == "closed"

    here.client.before = meanwhile
    asked = replace(command(here, "second"), now=earlier)
    answer = close_window(here.store, here.idempotency, asked, window, WindowToClose(early=True))

    assert answer.status == 202
    assert len(cuts(here)) == 1
    assert here.window(here.kept(window).window.opens_at) == here.kept(window).window


def test_a_clock_that_is_behind_ends_the_window_and_not_one_before_it():
    here = office(now=NOON + 10_000)
    window = here.joined(here.member(100))
    opens_at = here.kept(window).window.opens_at
    assert opens_at == NOON
    here.now = NOON - 240_000
    assert cut(here, window).status == 202

    assert here.window(NOON).closes_at == NOON + LEAD
    assert here.window(NOON - 1).closes_at == NOON


@pytest.mark.parametrize("known", [True, False])
def test_a_cut_off_whose_reply_is_lost_is_made_once(known):
    alone = office()
    window = alone.window().id
    if known:
        alone.joined(alone.member(100))
    cut(alone.fork(), window)
    for number in range(12):
        here = alone.fork()
        here.client.after = lose(number)
        with suppress(Unavailable):
            cut(here, window)
        here.client.after = None
        here.now += 1
        assert cut(here, window).status == 202
        assert len(cuts(here)) == 1
