"""People who see to windows: whoever is called looks, and then funds one or has it go on."""

from collections import Counter
from typing import Any

from tests.simulation.act import Act
from tests.simulation.callers import Crowd
from tests.simulation.edge import Request
from tests.simulation.invariants import Watch
from tests.simulation.scheduler import SECOND
from tests.simulation.world import World

_PATIENCE = 2
"""So often they have a window asked about that the bank says nothing about."""


class Treasury:
    """The desk of those who settle. Somebody comes whenever a window begins to wait for a person.

    Where several `people` are called, they know nothing of each other.
    """

    def __init__(self, world: World, crowd: Crowd, watch: Watch, *, people: int) -> None:
        self._world, self._crowd, self._watch, self._people = world, crowd, watch, people
        self._called: set[tuple[str, int]] = set()
        self._repeated: Counter[str] = Counter()

    def look(self) -> None:
        """Call somebody for each window that waits for a person since the last look."""
        for pk, version in self._watch.windows.for_a_person():
            if (pk, version) in self._called:
                continue
            self._called.add((pk, version))
            for number in range(self._people):
                name = f"treasurer {number + 1} of {pk[-6:]}.{version}"
                delay = self._world.chance.randrange(2 * SECOND, 40 * SECOND)
                self._world.scheduler.spawn(name, self._see_to, pk, name, delay=delay)

    def _see_to(self, pk: str, name: str) -> None:
        tenant, _, window = pk.partition("#")
        path = {"id": window}
        request = Request("GET", "/settlement-windows/{id}", tenant, "operator", path=path)
        view: dict[str, Any] = self._crowd.edge.until_answered(request).body
        status, chance = view["status"], self._world.chance
        what: dict[str, Any] = {"window": window, "person": name.replace(" ", "-")}
        if status == "SHORT" and chance.random() < 0.8:
            owed = [-each["net"] for each in view["positions"] if each["net"] < 0]
            what["amount"] = chance.choice((sum(owed), sum(owed), sum(owed), 1))
            self._ask("fund", name, tenant, what)
        elif status in ("SHORT", "REJECTED", "PART_FAILED"):
            self._ask("resume", name, tenant, what)
        elif status == "INSTRUCTED" and self._repeated[pk] < _PATIENCE:
            self._repeated[pk] += 1
            self._ask("resume", name, tenant, what)

    def _ask(self, verb: str, name: str, tenant: str, what: dict[str, Any]) -> None:
        key = f"{verb} {name}".replace(" ", "-")
        self._crowd.begin((Act(key, verb, what, tenant=tenant),))
