"""People of the house: they look for cases and decide on them, sometimes two at once."""

from remit.kernel.canonical import fingerprint
from tests.simulation.act import Act
from tests.simulation.callers import Crowd
from tests.simulation.edge import Request
from tests.simulation.ending import FINAL, ON_A_RAIL
from tests.simulation.invariants import Watch
from tests.simulation.scheduler import SECOND
from tests.simulation.world import World


class Operators:
    """The review desk of a tenant."""

    def __init__(self, world: World, crowd: Crowd, watch: Watch, *, tenant: str = "acme") -> None:
        self._world, self._crowd, self._watch, self._tenant = world, crowd, watch, tenant
        self._closing = False

    def begin(self, name: str) -> None:
        """Somebody sits down at the desk."""
        self._world.scheduler.spawn(f"operator {name}", self._work, name)

    def close(self) -> None:
        """From now on decide everything, and go home when nothing is left."""
        self._closing = True
        self.begin("closing")

    def _work(self, name: str) -> None:
        scheduler, chance = self._world.scheduler, self._world.chance
        while True:
            scheduler.sleep(chance.randrange(3 * SECOND, 15 * SECOND))
            if self._closing and (name != "closing" or self._nothing_left()):
                return
            if not self._has_open_cases():
                continue
            for case in self._cases():
                self._decide(name, case, chance.choice(("release", "release", "block")))

    def _cases(self) -> list[str]:
        request = Request("GET", "/fraud/cases", self._tenant, "operator")
        reply = self._crowd.edge.until_answered(request)
        return [case["id"] for case in reply.body["items"]]

    def _decide(self, name: str, case: str, decision: str) -> None:
        key = f"{name}-{fingerprint(case.encode())[:12]}"
        if (self._tenant, key) not in self._crowd.attempts:
            what = {"case": case, "decision": decision}
            self._crowd.begin((Act(key, "decide", what, tenant=self._tenant),))

    def _has_open_cases(self) -> bool:
        return any(case["queue"] == "open" for case in self._watch.cases.values())

    def _nothing_left(self) -> bool:
        ended = all(
            item["status"] in (*FINAL, *ON_A_RAIL) for item in self._watch.payments.values()
        )
        return ended and self._crowd.pending == 0 and self._world.fabric.quiet
