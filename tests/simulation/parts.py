"""The long tours in parts, each a short run of its own: a whole tour costs its square."""

from dataclasses import replace

from tests.simulation import scenario
from tests.simulation.scenario import Scenario

TOURS = {
    "tour": scenario.tour,
    "books": scenario.books,
    "onboarding": scenario.onboarding_tour,
}

PARTS = {
    "tour": {
        "paid": ("small", "waited", "poor"),
        "reviewed": ("large", "extreme"),
        "doomed": ("mark", "doomed", "cancel"),
        "filed": ("file",),
    },
    "books": {
        "moved": ("moved", "back", "frozen", "stopped", "see-account", "see-entries"),
        "held": ("whole", "part", "post", "post-part", "back-part", "see"),
        "ended": ("off", "over", "void"),
        "linked": ("moved", "linked", "link"),
        "closed": ("moved", "close", "next", "see-day"),
    },
    "onboarding": {
        "clear": ("ann", "tier-ann", "further-ann", "export-ann"),
        "listed": ("bob", "cid", "list-2"),
        "owned": ("works",),
        "erased": ("dan", "wish-dan", "alone-dan", "approval-dan"),
    },
}
"""Of each tour, which of its acts belong together; one that others need is in several parts."""


def part(tour: str, name: str) -> Scenario:
    """A part of a tour. Accounts are prepared in each; faults strike that in the first one only."""
    whole = TOURS[tour]()
    acts = PARTS[tour][name]
    first = name == next(iter(PARTS[tour]))
    return replace(
        whole,
        then=tuple(act for act in whole.then if act.name in acts),
        undisturbed=whole.undisturbed or not first,
    )
