"""*Compute part*: the first computation of a round stands, and names whom it counts."""

from dataclasses import replace

import pytest

from remit.settlement.model import MemberDiffers
from remit.settlement.operate import LEAD
from remit.settlement.proof import part_of
from remit.store.commit import commit
from tests.unit.settlement.office import office


def closed(*amounts):
    here = office()
    members = [here.member(amount) for amount in amounts]
    window = here.joined(*members)
    here.after_end(window)
    here.task("CloseSettlement", window)
    return here, window, members


def test_each_part_names_its_members_and_what_lies_in_transit():
    here, window, members = closed(*range(1, 60))
    here.compute(window)
    parts = here.store.parts(here.kept(window), range(64))
    assert sum(part.part.count for part in parts) == 59
    assert sum(sum(part.held.values()) for part in parts) == sum(range(1, 60))
    for member in members:
        assert parts[part_of(member.id)].has(member.id)
        assert not parts[(part_of(member.id) + 1) % 64].has(member.id)


def test_a_part_is_computed_once_in_a_round():
    here, window, _ = closed(100)
    here.compute(window)
    before = here.world()
    here.compute(window)
    assert here.world() == before


def test_a_window_that_is_not_closed_is_not_computed():
    here = office()
    window = here.joined(here.member())
    assert here.task("Compute", window, part=0) == "open"
    assert here.store.parts(here.kept(window), range(1)) == [None]


def test_a_member_of_two_contents_stops_the_join():
    here, window, members = closed(100)
    (first,) = members
    with pytest.raises(MemberDiffers):
        here.store.join("acme", window, replace(first, amount=7), at=1)


def test_a_member_put_before_an_early_cut_off_was_known_is_moved():
    here = office()
    first = here.member()
    window = here.joined(first)
    cut = here.now + LEAD
    # Accepted after the cut-off, and put by somebody who could not know of it yet.
    stray = here.member(7, at=cut + 1)
    assert here.joined(stray) == window
    commit(here.client, [here.store.cut("acme", "sct_inst", "EUR", cut, by="ada", at=here.now)])
    here.settled(window)
    assert here.counted(window) == [first.id]
    later = here.window(cut + 1).id
    assert later != window
    here.settled(later)
    assert here.counted(later) == [stray.id]
    assert here.verified(window).difference is None
    assert here.verified(later).difference is None
