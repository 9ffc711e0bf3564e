"""Which runs to make: one fault at every site, two on a payment's way, seeded swarms of them.

A `Case` is one run, small enough to be handed to another process and to be printed for a replay.
"""

import random
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field, replace
from functools import partial
from itertools import groupby

from tests.simulation import coming, parts, scenario, scheme, sending, settling, struck
from tests.simulation.faults import Fault, Faults, Site, by_chance, made, planned, possible
from tests.simulation.scenario import Scenario
from tests.simulation.scheduler import SECOND
from tests.simulation.simulation import Run, run

PAIRED = {
    "call": (
        "crash before", "crash after", "zombie", "silence", "replies lost", "late", "overdue",
        "failed after", "outage", "conflict", "stale",
    ),
    "invoke": ("stillborn", "answer lost", "run twice"),
    "link": ("request lost", "answer lost", "impatient"),
    "deliver": ("twice", "delayed"),
    "execution": ("twice",),
}  # fmt: skip
"""The faults that are paired. Each other one does what one of these does, or less: being throttled
out, refused and cancelled are outages, and what is lost once is lost for all attempts here."""

NOT_RACED = frozenset({"failed after", "conflict", "stale"})
"""Left out where an answer races the time-out: each does there what another one does."""

DRAWN = {
    "swarm": scenario.drawn,
    "payments": scenario.payments,
    "rails": scenario.rails,
    "settlement": scenario.settlement,
}
RAILS = {f"rail-{road}": partial(scenario.rail, road) for road in sending.TOURS} | {
    road: partial(scenario.rail, road) for road in coming.TOURS
}
"""A scenario for each road on a rail: together they would cost their square."""

_WINDOW = "window-"
WINDOWS = {f"{_WINDOW}{road}": partial(scenario.window, road) for road in settling.ROADS}
"""A scenario for each road of a settlement window."""

PARTS = {
    tour: {f"{tour}-{name}": partial(parts.part, tour, name) for name in own}
    for tour, own in parts.PARTS.items()
}
"""Of each tour, a scenario for each part."""

SCENARIOS = {
    **parts.TOURS,
    **{name: make for own in PARTS.values() for name, make in own.items()},
    "duel": scenario.duel,
    **RAILS,
    **WINDOWS,
}

_WEATHER = {
    "swarm": scenario.ledgers_weather,
    "payments": scenario.weather,
    "rails": scenario.rails_weather,
    "settlement": scenario.settlement_weather,
}
RACE = f"rail-{sending.RACE}"
"""Where two faults strike at once what a payment on a rail hangs on."""

_MANY_ALIKE = ("onboarding",)
Place = tuple[str, str, str]
_LEAPING = 16 * SECOND
"""The trouble of a leap: clocks are wrong for the last three quarters of it, while much goes on."""
_WHOLE_RAIL = "rail-accepted"
_IN_PARTS = "rail-in_parts"
"""Where what comes back joins windows, too: there faults strike that as well."""
WHOLE = (_WHOLE_RAIL, f"{_WINDOW}settled")
"""The roads that are struck from end to end."""
FURTHER = tuple(name for name in (*RAILS, *WINDOWS) if name not in WHOLE)
_JOINS = "settlement/join:"
_SENT = f"{scheme.NAME}.send_message"


@dataclass(frozen=True)
class Case:
    """One run: the scenario of that name or, as `swarm`, of the seed; its faults, where planned.

    As `payments` it is the seed's without whoever keeps the ledger.
    """

    name: str
    seed: int
    plan: Mapping[str, Fault] | None = None

    def scenario(self) -> Scenario:
        """What happens in it."""
        if self.name in DRAWN:
            return DRAWN[self.name](self.seed)
        name, _, leap = self.name.partition("@")
        found = replace(SCENARIOS[name](), seed=self.seed)
        return replace(found, leap=_leap(leap), trouble=_LEAPING) if leap else found

    def faults(self) -> Faults:
        """What goes wrong in it."""
        if self.plan is not None:
            return planned(self.plan)
        weather = _WEATHER[self.name](self.seed)
        return by_chance(self.seed, weather.at, weather.kinds)

    def run(self) -> Run:
        """Make the run. The product must be `installed`."""
        return run(self.scenario(), self.faults())

    def with_fault(self, site: Site, kind: str) -> "Case":
        """The case with one more fault, whose delay derives from where it strikes."""
        fault = made(site.what, kind, random.Random(f"{site.key} {kind} {self.seed}"))
        return replace(self, plan={**(self.plan or {}), site.key: fault})


@dataclass
class Tally:
    """What came of many runs."""

    runs: int = 0
    calls: int = 0
    faults: int = 0
    broken: list[tuple[Case, str]] = field(default_factory=list)

    def count(self, case: Case, found: Run) -> None:
        """Add one run."""
        self.runs += 1
        self.calls += found.calls
        self.faults += len(found.struck)
        if found.violation is not None:
            self.broken.append((case, str(found.violation)))

    def add(self, other: "Tally") -> None:
        """Add many."""
        self.runs += other.runs
        self.calls += other.calls
        self.faults += other.faults
        self.broken += other.broken


def sites_by_key(case: Case) -> dict[str, Site]:
    """Where something can go wrong in a case, besides what does."""
    return {site.key: site for site in case.run().sites}


def singles(name: str, seed: int) -> Iterator[Case]:
    """Every fault at every site of a scenario; of a tour, of all its parts.

    Of many alike calls in a row, a sweep's say, the first, the second and the last are struck. A
    rail's further roads are struck by the faults that are paired. How a payment comes to its rail
    is the same on each road, and struck on one of them; of what a rail says twice another one is
    struck for each seed. What comes in is struck from its first message, on one of its roads. A
    window's sites are struck as `struck` says.
    """
    if name in PARTS:
        yield from _of_tour(name, seed)
        return
    case = Case(name, seed, {})
    sites = list(sites_by_key(case).values())
    if name in WINDOWS:
        road = name.removeprefix(_WINDOW)
        yield from (case.with_fault(*each) for each in struck.of_window(road, sites, PAIRED))
        return
    further = name in RAILS and name != _WHOLE_RAIL
    if name in coming.TOURS:
        sites = coming.own(name, sites)
    elif further:
        own = _own(sites)
        sites = _once(own if name == _IN_PARTS else _unjoined(own), seed)
    for site in _telling(sites):
        for kind in paired(site) if further else possible(site.what, site.label):
            yield case.with_fault(site, kind)


def _of_tour(tour: str, seed: int) -> Iterator[Case]:
    """Every fault at every site of a tour's parts.

    Where functions do the same for many customers, one of their runs is struck, another one for
    each seed, by the faults that are paired.
    """
    many, places = tour in _MANY_ALIKE, set()
    names = [*PARTS[tour]]
    for name in names[seed % len(names) :] + names[: seed % len(names)]:
        case = Case(name, seed, {})
        sites = list(sites_by_key(case).values())
        if many:
            sites = [site for site in _once(sites, seed) if _place(site) not in places]
            places.update(map(_place, sites))
        for site in _telling(sites):
            for kind in paired(site) if many else possible(site.what, site.label):
                yield case.with_fault(site, kind)


def _own(sites: list[Site]) -> list[Site]:
    """The sites of a road on a rail from where the payment is given to it."""
    first = next((place for place, site in enumerate(sites) if site.label == _SENT), 0)
    return sites[first:]


def _unjoined(sites: list[Site]) -> list[Site]:
    """But for those where a payment joins its window, which is the same on most roads."""
    return [
        site for site in sites if not site.key.startswith(_JOINS) and "MembersQueue" not in site.key
    ]


def _once(sites: list[Site], seed: int) -> list[Site]:
    """Of the sites at the same place in runs of the same function, one."""
    alike: dict[Place, list[Site]] = {}
    for site in sites:
        alike.setdefault(_place(site), []).append(site)
    return [own[seed % len(own)] for own in alike.values()]


def _place(site: Site) -> Place:
    """Which function a site is in, where, and what is called there."""
    task, _, number = site.key.rpartition(".")
    return task.rpartition(":")[0], number, site.label


def _telling(sites: list[Site]) -> Iterator[Site]:
    by_task: dict[str, list[Site]] = {}
    for site in sites:
        by_task.setdefault(site.key.rpartition(".")[0], []).append(site)
    for own in by_task.values():
        for _, row in groupby(own, key=lambda site: site.label):
            alike = list(row)
            yield from [*alike[:2], *alike[2:][-1:]]


def paired(site: Site) -> Iterator[str]:
    """The faults of a site that are paired."""
    return (kind for kind in possible(site.what, site.label) if kind in PAIRED[site.what])


def jumps() -> Iterator[Case]:
    """A leap of all functions' clocks as the one fault, each way, in every scenario that has time.

    `books@-8d` is the scenario `books` with clocks that are 8 days back for a while.
    """
    for name in ("tour", "books", "onboarding"):
        for leap in scenario.LEAPS:
            for sign in "+-":
                yield Case(f"{name}@{sign}{leap}", 0, {})


def _leap(told: str) -> int:
    sign = {"+": 1, "-": -1}[told[0]]
    return sign * scenario.LEAPS[told[1:]]


def _raced(site: Site) -> Iterator[str]:
    return (kind for kind in paired(site) if kind not in NOT_RACED)


def firsts(name: str, seed: int) -> Iterator[Case]:
    """Every fault that a pair can begin with."""
    case = Case(name, seed, {})
    sites = list(sites_by_key(case).values())
    for site in _unjoined(_own(sites)) if name in RAILS else sites:
        for kind in _raced(site) if name in RAILS else paired(site):
            yield case.with_fault(site, kind)


def pairs(first: Case, tally: Tally) -> None:
    """Run `first`, then with it every fault at every site that comes after it."""
    alone = first.run()
    tally.count(first, alone)
    (begun,) = first.plan or {}
    place = [site.key for site in alone.sites].index(begun)
    kinds, after = paired, alone.sites[place + 1 :]
    if first.name in RAILS:
        kinds, after = _raced, _unjoined(after)
    for site in after:
        for kind in kinds(site):
            case = first.with_fault(site, kind)
            tally.count(case, case.run())


def swarm(runs: int, *, start: int = 0, name: str = "swarm") -> Iterator[Case]:
    """Cases drawn from seeds; as `rails`, of payments that leave the house and nothing else."""
    return (Case(name, seed) for seed in range(start, start + runs))
