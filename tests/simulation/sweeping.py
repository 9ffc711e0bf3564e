"""The schedule that looks at settlement windows, in every minute in which it could find something.

It runs after each change of a window, and from the moment on at which one is to be sealed; again
where a run was lost. The minutes between are left out, so that a world comes to rest.
"""

from typing import TYPE_CHECKING, Any

from tests.simulation.deployment import SWEEP
from tests.simulation.fabric import Timer
from tests.simulation.scheduler import MILLISECOND, SECOND, Outcome, Task

if TYPE_CHECKING:
    from tests.simulation.world import World

_PERIOD = 60 * SECOND
_GRACE = 5_000


class WindowTimer(Timer):
    """Runs the sweep of one world's windows."""

    def __init__(self, world: "World") -> None:
        super().__init__(world, SWEEP, 60)
        self._open: dict[str, tuple[int, int]] = {}

    def nudge(self) -> None:
        """Run within the next minute when a window has changed, and once one is to be sealed."""
        records = self._world.database.stream_records("SettlementTable")
        changed = False
        for record in records[self._position :]:
            keys, image = record["dynamodb"]["Keys"], record["dynamodb"].get("NewImage")
            if keys["sk"]["S"] == "window" and image is not None:
                self._note(keys["pk"]["S"], image)
                changed = True
            elif "#early#" in keys["pk"]["S"]:
                self._cut(int(keys["sk"]["S"]))
        self._position = len(records)
        if changed:
            self.soon()

    def soon(self) -> None:
        """Run in the next minute."""
        if not self._set:
            self._set = True
            late = self._world.chance.randrange(SECOND)
            delay = _PERIOD - self._world.scheduler.now % _PERIOD + late
            self._world.scheduler.after(delay, self._run)

    def _note(self, pk: str, image: Any) -> None:
        if image["status"]["S"] != "OPEN":
            self._open.pop(pk, None)
        elif pk not in self._open:
            facts = image["facts"]["M"]
            opens_at, closes_at = (int(facts[name]["N"]) for name in ("opens_at", "closes_at"))
            self._open[pk] = opens_at, closes_at
            self._seal(pk, closes_at)

    def _cut(self, moment: int) -> None:
        """A cut-off was made."""
        for pk, (opens_at, closes_at) in self._open.items():
            if opens_at < moment < closes_at:
                self._open[pk] = opens_at, moment
                self._seal(pk, moment)

    def _seal(self, pk: str, closes_at: int) -> None:
        """Look once the window is to be sealed."""
        delay = max(0, closes_at + _GRACE - self._world.true_time()) * MILLISECOND
        self._world.scheduler.at_last(delay, self._look_at, pk)

    def _look_at(self, pk: str) -> None:
        if pk in self._open:
            self.soon()

    def _ran(self, task: Task | None) -> None:
        if task is None:
            self.soon()
        else:
            self._world.scheduler.when_over(task, self._over)

    def _over(self, outcome: Outcome) -> None:
        sealed = self._world.true_time() - _GRACE
        late = any(closes_at <= sealed for _, closes_at in self._open.values())
        if outcome.how != "returned" or late:
            self.soon()
