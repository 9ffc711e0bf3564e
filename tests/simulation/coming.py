"""Payments that come in, as a run or a seed has them, and where faults strike on their roads."""

import random
from typing import Any

from tests.simulation.act import Act
from tests.simulation.arriving import MANNERS
from tests.simulation.faults import Site

ROADS = {
    "disowned": 31, "impatient": 38, "again": 35, "refused_before": 39, "bare": 40,
    "given_back": 42, "kept": 43, "hasty": 44, "both": 45, "listed": 46,
}  # fmt: skip
"""The roads that a payment walks when it comes in, and by which digits of the amount it does."""
TOURS = tuple(f"in-{road}" for road in ROADS)
"""Each is struck at every site of its own."""

_WHOLE, _ELSEWHERE = TOURS[0], ("settlement/", "message MembersQueue")
_OWN = {
    "in-impatient": "payments/answer:", "in-again": "payments/answer:",
    "in-refused_before": "rails/receive:", "in-bare": "rails/receive:",
    "in-given_back": "payments/answer_recall:", "in-kept": "payments/answer_recall:",
    "in-hasty": "payments/answer_recall:", "in-both": "payments/answer_recall:",
    "in-listed": "payments/screen:",
}  # fmt: skip
"""Where a road begins to differ from the first."""
_ONLY = {
    "in-listed": ("payments/screen:",),
    "in-kept": ("payments/answer_recall:", "payments/send_recall:"),
    "in-refused_before": ("rails/receive:", "payments/credit:"),
    "in-bare": ("rails/receive:",),
}


def own(road: str, sites: list[Site]) -> list[Site]:
    """The sites of a road: from where it differs from the first on, which is struck whole.

    What settles is on the roads of those payments that leave the house.
    """
    begin = 0 if road == _WHOLE else _first(sites, _OWN[road])
    found = [site for site in sites[begin:] if not site.key.startswith(_ELSEWHERE)]
    return [site for site in found if site.key.startswith(_ONLY.get(road, ""))]


def _first(sites: list[Site], begin: str) -> int:
    return next((place for place, site in enumerate(sites) if site.key.startswith(begin)), 0)


def comes(name: str, account: str | None, digits: int = 0, **more: Any) -> Act:
    """A payment of another bank, with which the scheme deals in the manner of those digits."""
    euros, times = more.pop("euros", 77), more.pop("times", 1)
    what = {"account": account, "amount": 100 * euros + digits, "times": times}
    return Act(name, "arrive", what, **more)


def tour(road: str) -> tuple[Act, ...]:
    """One road: for putting one fault at every site."""
    return (comes("in", "a", ROADS[road.removeprefix("in-")]),)


def drawn(rng: random.Random, span: int, accounts: list[str]) -> list[Act]:
    """What comes in in a seed."""
    return [
        comes(
            f"in-{number}",
            rng.choice((*accounts, accounts[0], accounts[0], None)),
            rng.choice((0, *MANNERS)),
            euros=rng.choice((1, 77, 900)),
            times=rng.choice((1, 1, 2, 3)),
            at=rng.randrange(span),
        )
        for number in range(rng.choice((0, 1, 1, 2)))
    ]
