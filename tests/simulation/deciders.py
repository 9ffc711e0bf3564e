"""People who decide on customers: they look for who needs attention; sometimes two do at once."""

from typing import Any

from tests.simulation.act import Act
from tests.simulation.callers import Crowd
from tests.simulation.edge import Request
from tests.simulation.invariants import Watch
from tests.simulation.staff import Staff
from tests.simulation.world import World

_CHOICES = ("approve", "approve", "reject")


class Deciders(Staff):
    """Those of a tenant. With `idle` they let applications lie."""

    title = "decider"

    def __init__(
        self, world: World, crowd: Crowd, watch: Watch, *, idle: bool, tenant: str = "acme"
    ) -> None:
        super().__init__(world, crowd, watch, idle=idle, tenant=tenant)
        self._asked: set[tuple[str, str]] = set()

    def _see_to(self, name: str) -> None:
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

    def _waits(self) -> bool:
        return bool(self._watch.desk.unfinished or self._world.provider.pending)
