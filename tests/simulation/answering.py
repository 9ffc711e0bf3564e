"""People who answer what other banks ask back: they look for open cases, sometimes two at once."""

from typing import TYPE_CHECKING, Any

from tests.simulation.act import Act
from tests.simulation.arriving import MANNERS
from tests.simulation.callers import Crowd
from tests.simulation.edge import Request
from tests.simulation.invariants import Watch
from tests.simulation.staff import Staff

if TYPE_CHECKING:
    from tests.simulation.invariants_incoming import Plain
    from tests.simulation.world import World

_REASONS = ("CUST", "NOAS", "LEGL")


class Answerers(Staff):
    """Those of a tenant. With `idle` they let lie what is asked back, until its time is over."""

    title = "answerer"

    def __init__(
        self, world: "World", crowd: Crowd, watch: Watch, *, idle: bool, tenant: str = "acme"
    ) -> None:
        super().__init__(world, crowd, watch, idle=idle, tenant=tenant)
        self._tried: dict[str, int] = {}
        self._asked: dict[str, list[str]] = {}

    def late(self) -> None:
        """Answer what was let lie."""
        self._idle = False
        self.close()

    def _see_to(self, name: str) -> None:
        if any(map(self._is_for_us, self._watch.arrivals.unanswered)):
            for recall in self._open():
                self._answer(name, recall)

    def _is_for_us(self, recall: "Plain") -> bool:
        """Whether it is open, and nobody is at it."""
        owner = recall["pk"].partition("#")[2]
        keys = self._asked.get(owner, ())
        return all((self._tenant, key) in self._crowd.asked for key in keys)

    def _open(self) -> list[Any]:
        request = Request("GET", "/recalls", self._tenant, "operator",
                          query={"direction": "incoming"})  # fmt: skip
        reply = self._crowd.edge.until_answered(request)
        return [one for one in reply.body["items"] if one["status"] == "open"]

    def _answer(self, name: str, recall: Any) -> None:
        """Answer it; what cannot be given back is refused when it was tried."""
        owner, chance = recall["id"], self._world.chance
        if not self._is_for_us({"pk": f"{self._tenant}#{owner}"}):
            return
        tried = self._tried[owner] = self._tried.get(owner, 0) + 1
        for person in [name, f"other-{name}"][: chance.choice((1, 1, 2))]:
            key = f"{person}-{owner[-8:]}-{tried}"
            decision = self._decision(recall) if tried == 1 else "refuse"
            what = {"recall": owner, "decision": decision, "reason": chance.choice(_REASONS)}
            self._asked.setdefault(owner, []).append(key)
            self._crowd.begin((Act(key, "answer", what, tenant=self._tenant),))

    def _decision(self, recall: Any) -> str:
        """What is decided: by the manner of the payment, or by chance."""
        payment = self._watch.arrivals.payments[f"incoming#{recall['incoming_payment_id']}"]
        manner = MANNERS.get(payment["amount"] % 100)
        return (manner.answer if manner else "") or self._world.chance.choice(
            ("return", "return", "refuse")
        )

    def _waits(self) -> bool:
        return bool(self._watch.arrivals.unanswered or self._world.scheme.pending)
