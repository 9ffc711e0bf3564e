"""People of a tenant who look, again and again, for what waits for them, and see to it."""

from abc import ABC, abstractmethod
from typing import TYPE_CHECKING

from tests.simulation.callers import Crowd
from tests.simulation.invariants import Watch
from tests.simulation.scheduler import SECOND

if TYPE_CHECKING:
    from tests.simulation.world import World


class Staff(ABC):
    """Those who do the work called `title`. With `idle` they let lie what waits."""

    title: str

    def __init__(
        self, world: "World", crowd: Crowd, watch: Watch, *, idle: bool, tenant: str = "acme"
    ) -> None:
        self._world, self._crowd, self._watch = world, crowd, watch
        self._idle, self._tenant = idle, tenant
        self._closing = False

    def begin(self, name: str) -> None:
        """Somebody begins to look."""
        if not self._idle:
            self._world.scheduler.spawn(f"{self.title} {name}", self._work, name)

    def close(self) -> None:
        """From now on see to whatever there is, until nothing goes on any more."""
        self._closing = True
        self.begin("closing")

    def _work(self, name: str) -> None:
        scheduler, chance = self._world.scheduler, self._world.chance
        while True:
            scheduler.sleep(chance.randrange(SECOND, 8 * SECOND))
            quiet = self._crowd.pending == 0 and self._world.fabric.quiet
            if self._closing and (name != "closing" or (not self._waits() and quiet)):
                return
            self._see_to(name)

    @abstractmethod
    def _waits(self) -> bool:
        """Whether anything waits for them, or may yet."""

    @abstractmethod
    def _see_to(self, name: str) -> None:
        """Somebody of that name sees to all that waits now."""
