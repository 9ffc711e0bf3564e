"""A record that a dead function's request puts in a window that has left makes no difference."""

from dataclasses import replace

from remit.settlement.look import members
from remit.settlement.schema import MembersQuery
from tests.unit.settlement.office import office


def left():
    """A settled window, and the next one with a member that came too late for it."""
    here = office()
    first = here.joined(here.member(100))
    late = here.member(30)
    here.settled(first)
    second = here.join(late)
    assert second.late
    here.store.join("acme", first, late, at=here.now)  # by whoever died long ago
    return here, first, second.window_id, late


def seen(here, window):
    query = MembersQuery(limit=100)
    page = members(here.store, "acme", window, query, now=here.now)
    return [each["id"] for each in page["items"]]


def test_verification_finds_no_difference_and_nobody_sees_it_twice():
    here, first, second, late = left()

    assert here.verified(first).difference is None
    assert here.verified(first).members == 1
    assert late.id not in seen(here, first)
    assert seen(here, second) == [late.id]


def test_a_member_that_counts_nowhere_is_missed():
    here = office()
    first = here.joined(here.member(100))
    lost = replace(here.member(30))
    here.settled(first)
    here.store.join("acme", first, lost, at=here.now)

    assert here.verified(first).difference.what.startswith("part")
    here.joined(here.member(5))
    assert here.verified(first).difference is not None
    assert lost.id in seen(here, first)


def test_a_member_that_came_later_and_later_is_found_in_its_last_window():
    here = office()
    first = here.joined(here.member(100))
    late = here.member(30)
    here.settled(first)
    here.now = here.kept(first).window.closes_at
    second = here.joined(here.member(5))
    here.settled(second)
    assert here.join(late).window_id not in (first, second)
    here.store.join("acme", first, late, at=here.now)

    assert here.verified(first).difference is None
    assert late.id not in seen(here, first)


def test_each_part_is_looked_at_once_however_many_members_a_page_has():
    here = office()
    window = here.joined(*(here.member(1) for _ in range(300)))
    here.settled(window)

    before = here.client.calls
    assert len(seen(here, window)) == 100
    # The window itself, and no more than two calls for each part that the page spans.
    assert here.client.calls - before < 70
