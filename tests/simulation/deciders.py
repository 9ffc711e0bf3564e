"""People who decide on customers: they look for who needs attention; sometimes two do at once."""

from typing import Any

from tests.simulation.act import Act
from tests.simulation.callers import Crowd
from tests.simulation.edge import Request
from tests.simulation.invariants import Watch
from tests.simulation.scheduler import SECOND
from tests.simulation.world import World

_CHOICES = ("approve", "approve", "reject")


class Deciders:
    """Those of a tenant. With `idle` they let applications lie."""

    def __init__(
        self, world: World, crowd: Crowd, watch: Watch, *, idle: bool, tenant: str = "acme"
    ) -> None:
        self._world, self._crowd, self._watch = world, crowd, watch
        self._idle, self._tenant = idle, tenant
        self._asked: set[tuple[str, str]] = set()
        self._closing = False

    def begin(self, name: str) -> None:
        """Somebody begins to look."""
        if not self._idle:
            self._world.scheduler.spawn(f"decider {name}", self._work, name)

    def close(self) -> None:
        """From now on decide whatever there is, until nothing goes on any more."""
        self._closing = True
        self.begin("closing")

    def _work(self, name: str) -> None:
        scheduler, chance = self._world.scheduler, self._world.chance
        while True:
            scheduler.sleep(chance.randrange(SECOND, 8 * SECOND))
            if self._closing and (name != "closing" or self._nothing_left()):
                return
            for customer in self._watch.desk.undecided(self._tenant):
                self._decide(name, customer)

    def _decide(self, name: str, customer: str) -> None:
        """Look at the customer, then decide on what was seen; each evidence once."""
        request = Request("GET", "/customers/{id}", self._tenant, "operator", path={"id": customer})
        view: dict[str, Any] = self._crowd.edge.until_answered(request).body
        if view.get("status") != "needs_attention" or (customer, view["evidence_hash"]) in (
            self._asked
        ):
            return
        self._asked.add((customer, view["evidence_hash"]))
        chance = self._world.chance
        people = [f"{name}@{self._tenant}", f"other-{name}@{self._tenant}"]
        for person in people[: chance.choice((1, 1, 2))]:
            key = f"{person}-{customer[-8:]}-{view['evidence_hash'][:8]}"
            seen = chance.choice((None, view["evidence_hash"]))
            what = {"customer": customer, "decision": chance.choice(_CHOICES), "seen": seen,
                    "person": person}  # fmt: skip
            self._crowd.begin((Act(key, "judge", what, tenant=self._tenant),))

    def _nothing_left(self) -> bool:
        ended = not self._watch.desk.unfinished and not self._world.provider.pending
        return ended and self._crowd.pending == 0 and self._world.fabric.quiet
