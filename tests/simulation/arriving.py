"""What a scheme does about payments of other banks to our accounts, until both agree on each.

It waits for our answer as long as its rules say, and after that tells us that it has rejected the
payment, whatever we say. How it deals with a payment is in the last two digits of its amount.
"""

import random
from collections.abc import Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from tests.simulation import scheme_messages
from tests.simulation.act import Act
from tests.simulation.arrivals import Arrival, build
from tests.simulation.books import demand
from tests.simulation.faults import Site
from tests.simulation.scheduler import MILLISECOND, SECOND
from tests.simulation.scheme_messages import Ours

if TYPE_CHECKING:
    from tests.simulation.scheme import Scheme, Word
    from tests.simulation.world import World

Span = tuple[int, int]
SOON = (50 * MILLISECOND, 5 * SECOND)
LATER = (5 * SECOND, 20 * SECOND)
TIME_OUT, DISOWNED = "AB05", "AC04"


@dataclass(frozen=True)
class Manner:
    """When a payment's message comes, and for how long its scheme waits for our answer.

    `disowns`: how long after our yes it says no, each time in a message of its own. `anew`: the
    same payment comes in another message too; `altered`: another one under the same reference.
    """

    comes: Span = SOON
    patience: Span = (10 * SECOND, 10 * SECOND + MILLISECOND)
    disowns: tuple[Span, ...] = ()
    anew: bool = False
    altered: bool = False


COMMON = Manner()
MANNERS: Mapping[int, Manner] = {
    31: Manner(disowns=(SOON,)),
    32: Manner(disowns=(LATER, LATER)),
    33: Manner(comes=(8 * SECOND, 12 * SECOND)),
    34: Manner(patience=(100 * MILLISECOND, 3 * SECOND)),
    35: Manner(anew=True),
    36: Manner(altered=True),
    37: Manner(disowns=((MILLISECOND, 10 * MILLISECOND),), anew=True),
    38: Manner(patience=(200 * MILLISECOND, 500 * MILLISECOND), comes=(MILLISECOND, SECOND)),
}
"""By the last two digits of an amount in cents; any other payment is waited for, and believed."""


class Arriving:
    """The other banks, and what their scheme makes of their payments."""

    def __init__(self, world: "World", scheme: "Scheme") -> None:
        self._world, self._scheme = world, scheme
        self.payments: dict[str, Arrival] = {}

    def pay_in(self, name: str, tenant: str, account: str | None, amount: int, copies: int) -> None:
        """Another bank pays; the message comes as often as `copies` says."""
        arrival, body = build(self._world, name, tenant, account, amount)
        self.payments[arrival.uetr] = arrival
        manner = manner_of(arrival)
        word = self._scheme.worded(scheme_messages.read(body).id, body)
        for _ in range(copies):
            self._later(manner.comes, lambda: word)
        self._later(manner.patience, lambda: self._time_out(arrival))
        if manner.anew:
            self._later(manner.comes, lambda: self._anew(word))
        if manner.altered:
            self._later(manner.comes, lambda: self._altered(word))

    def answered(self, ours: Ours) -> None:
        """We have said yes or no to a payment."""
        arrival = self.payments.get(ours.uetr)
        demand(arrival, "what is answered has come", ours.uetr)
        if arrival is None:
            return
        arrival.answers.append(ours.status)
        if arrival.decision:
            if ours.status != "RJCT":
                # It says once more what has become of it: a yes is no use any more.
                self._later(SOON, lambda: self._reject(arrival, TIME_OUT))
        elif ours.status == "RJCT":
            arrival.decision = "rejected"
        else:
            arrival.decision = "accepted"
            for span in manner_of(arrival).disowns:
                self._later(span, lambda: self._reject(arrival, DISOWNED))

    def _time_out(self, arrival: Arrival) -> "Word | None":
        return None if arrival.decision else self._reject(arrival, TIME_OUT)

    def _reject(self, arrival: Arrival, reason: str) -> "Word":
        arrival.decision = "rejected"
        return self._scheme.made(
            lambda named, at: scheme_messages.report(named, arrival.uetr, "RJCT", reason, at)
        )

    def _anew(self, word: "Word") -> "Word":
        """The same payment in a message of another id."""
        other = f"N{word.id[1:]}"
        body = word.body.replace(f"<MsgId>{word.id}<".encode(), f"<MsgId>{other}<".encode())
        return self._scheme.worded(other, body)

    def _altered(self, word: "Word") -> "Word":
        """Another amount under the reference of a payment that we have taken."""
        while not word.taken:
            self._world.scheduler.sleep(SECOND)
        other = self._anew(word)
        other.body = other.body.replace(b".36</", b".46</")
        return other

    def _later(self, span: Span, make: Any) -> None:
        self._scheme.later(make, self._world.chance.randrange(*span))


def manner_of(arrival: Arrival) -> Manner:
    """How its scheme deals with a payment."""
    return MANNERS.get(arrival.amount % 100, COMMON)


ROADS = {"disowned": 31, "impatient": 38, "again": 35}
"""The roads that a payment walks when it comes in, and by which digits of the amount it does."""
TOURS = tuple(f"in-{road}" for road in ROADS)
"""Each is struck at every site."""


_WHOLE, _ELSEWHERE = TOURS[0], ("settlement/", "message MembersQueue")


def own(road: str, sites: list[Site]) -> list[Site]:
    """The sites of a road: from its first message on one, and on others from the first answer.

    What settles is on the roads of those payments that leave the house.
    """
    begin = 0 if road == _WHOLE else _first(sites)
    return [site for site in sites[begin:] if not site.key.startswith(_ELSEWHERE)]


def _first(sites: list[Site]) -> int:
    told = (place for place, site in enumerate(sites) if site.key.startswith("payments/answer:"))
    return next(told, 0)


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
        for number in range(rng.choice((0, 0, 1, 1, 2)))
    ]
