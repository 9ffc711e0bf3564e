"""What can go wrong, where, and who says when: a plan of named places, or seeded chance.

A place where something can go wrong is a *site*. Its key is the task's name and a number within the
task, so that it stays the same when something elsewhere goes differently.
"""

import random
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass

from tests.simulation.scheduler import MILLISECOND, MINUTE, SECOND, Task


@dataclass(frozen=True)
class Fault:
    """One thing that goes wrong.

    `times` is how many attempts of one call it strikes in a row, `delay` microseconds where time
    matters to it.
    """

    kind: str
    times: int = 1
    delay: int = 0

    def __str__(self) -> str:
        after = f" {self.delay / SECOND:.1f} s" if self.delay else ""
        return self.kind + after


ALL_ATTEMPTS = 3


@dataclass(frozen=True)
class _Kind:
    times: int = 1
    least: int = 0
    most: int = 0
    only: tuple[str, ...] = ()
    """The labels that it can strike; all when empty."""


_WRITES = ("put_item", "update_item", "delete_item", "transact_write_items")
_DYNAMODB_WRITES = tuple(f"dynamodb.{name}" for name in _WRITES)
_TRANSACTION = ("dynamodb.transact_write_items",)

_CALL = {
    "crash before": _Kind(),
    "crash after": _Kind(),
    "zombie": _Kind(least=20 * SECOND, most=11 * MINUTE),
    "request lost": _Kind(),
    "silence": _Kind(times=ALL_ATTEMPTS),
    "reply lost": _Kind(),
    "replies lost": _Kind(times=ALL_ATTEMPTS),
    "late": _Kind(least=2 * SECOND, most=40 * SECOND),
    "paused": _Kind(least=1 * SECOND, most=9 * SECOND),
    "overdue": _Kind(),
    "throttled": _Kind(),
    "throttled out": _Kind(times=ALL_ATTEMPTS),
    "failed": _Kind(),
    "failed after": _Kind(),
    "outage": _Kind(times=ALL_ATTEMPTS),
    "denied": _Kind(),
    "conflict": _Kind(only=_DYNAMODB_WRITES),
    "in progress": _Kind(only=_TRANSACTION),
    "cancelled by throttle": _Kind(only=_TRANSACTION),
    "partial": _Kind(only=("dynamodb.batch_get_item", "sqs.send_message_batch")),
    "stale": _Kind(
        least=1 * SECOND,
        most=9 * SECOND,
        only=("dynamodb.query", "dynamodb.get_item", "dynamodb.batch_get_item"),
    ),
}
_INVOKE = {"refused": _Kind(), "stillborn": _Kind(), "answer lost": _Kind(), "run twice": _Kind()}
_LINK = {
    "request lost": _Kind(),
    "answer lost": _Kind(),
    "impatient": _Kind(least=30 * MILLISECOND, most=3 * SECOND),
}
_DELIVER = {"twice": _Kind(most=5 * SECOND), "delayed": _Kind(least=10 * SECOND, most=5 * MINUTE)}
_EXECUTION = {"twice": _Kind(most=5 * SECOND)}

CATALOGUE: Mapping[str, Mapping[str, _Kind]] = {
    "call": _CALL,
    "invoke": _INVOKE,
    "link": _LINK,
    "deliver": _DELIVER,
    "execution": _EXECUTION,
}
"""By kind of site, what can go wrong there: a call to AWS, a machine's invocation of a function, a
client's request, a delivery of a queue or stream, the start of an execution."""

KINDS = tuple(f"{what}: {name}" for what, kinds in CATALOGUE.items() for name in kinds)


def possible(what: str, label: str) -> Sequence[str]:
    """What can go wrong at a site: the faults' names."""
    return [name for name, kind in CATALOGUE[what].items() if not kind.only or label in kind.only]


def made(what: str, name: str, rng: random.Random) -> Fault:
    """The fault of that name, with a delay by chance where it has one."""
    kind = CATALOGUE[what][name]
    delay = rng.randrange(kind.least, kind.most) if kind.most else 0
    return Fault(kind=name, times=kind.times, delay=delay)


@dataclass(frozen=True)
class Site:
    """A place in a run where something could have gone wrong."""

    key: str
    what: str
    label: str


class Faults:
    """Asked at every site; remembers every site it was asked about and every fault it gave."""

    def __init__(self, choose: Callable[[Site], Fault | None]) -> None:
        self._choose = choose
        self.calm = False
        self.sites: list[Site] = []
        self.struck: dict[str, Fault] = {}

    def at(self, task: Task, what: str, label: str) -> Fault | None:
        """What goes wrong here, at the task's next site."""
        site = Site(f"{task.name}.{task.sites}", what, label)
        task.sites += 1
        if self.calm:
            return None
        self.sites.append(site)
        fault = self._choose(site)
        if fault is not None:
            self.struck[site.key] = fault
        return fault


def planned(plan: Mapping[str, Fault]) -> Faults:
    """Just these faults, by the keys of sites; but none where it cannot strike."""

    def choose(site: Site) -> Fault | None:
        fault = plan.get(site.key)
        # Where something else is left out, another call may have the key.
        return fault if fault and fault.kind in possible(site.what, site.label) else None

    return Faults(choose)


def by_chance(seed: int, probability: Callable[[Site], float], kinds: frozenset[str]) -> Faults:
    """At each site something of `kinds` with the probability that the site has."""
    rng = random.Random(f"faults {seed}")

    def choose(site: Site) -> Fault | None:
        if rng.random() >= probability(site):
            return None
        names = [n for n in possible(site.what, site.label) if f"{site.what}: {n}" in kinds]
        # What can strike in few places only would else strike too seldom there.
        names += [n for n in names if CATALOGUE[site.what][n].only] * 3
        return made(site.what, rng.choice(names), rng) if names else None

    return Faults(choose)
