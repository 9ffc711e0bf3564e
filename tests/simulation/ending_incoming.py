"""What must hold of payments that came in in the end: their scheme and the books agree on each."""

from typing import TYPE_CHECKING, Any

from remit.kernel.ids import derive
from tests.simulation.arrivals import Arrival
from tests.simulation.books import demand
from tests.simulation.invariants_incoming import MOVED, Arrivals, Plain, uetr_of

if TYPE_CHECKING:
    from tests.simulation.world import World

Shown = tuple[Arrival, Plain, list[str], str]


def agree(world: "World", arrivals: Arrivals) -> None:
    """The scheme's view of each is ours: one answer, and the money only with a yes."""
    by_uetr = {uetr_of(item): item for item in arrivals.payments.values()}
    came = world.scheme.arriving.payments
    demand(by_uetr.keys() == came.keys(), "what came is on record", by_uetr)
    demand(len(by_uetr) == len(arrivals.payments), "what comes twice is one payment", by_uetr)
    for word in world.scheme.arriving.altered:
        demand(word.refused, "the first wish stands", f"{word.id} was taken")
    for uetr, arrival in came.items():
        item = by_uetr[uetr]
        reached = [step["status"] for step in item["history"]]
        shown = (arrival, item, reached, f"{arrival} is {reached}")
        _answered(shown)
        _believed(shown, world.fabric.contradicted)
        kinds = [kind for kind, _ in arrivals.moved[item["pk"].partition("#")[2]]]
        demand(kinds == [kind for kind, status in MOVED.items() if status in reached],
               "what comes in is credited once", shown[-1])  # fmt: skip
        _asked_back(shown, arrivals)


def _answered(shown: Shown) -> None:
    arrival, item, reached, told = shown
    answer = "ACCP" if "credited" in reached else "RJCT"
    demand(set(arrival.answers) == {answer} and item["answered"],
           "the scheme is answered, and the same", told)  # fmt: skip
    demand(item["amount"] == arrival.amount, "the first wish stands", told)
    if arrival.account is None:
        demand(item["status"] == "rejected", "what is nobody's is rejected", told)


def _believed(shown: Shown, contradicted: set[str]) -> None:
    arrival, item, _, told = shown
    wanted = {"credited"} if arrival.decision == "accepted" else {"rejected", "reversed"}
    if arrival.back == "given back":
        wanted = {"returned"}
        demand(arrival.decision == "accepted" or item["pk"].partition("#")[2] in contradicted,
               "a person is called when a rail contradicts itself", told)  # fmt: skip
    demand(item["status"] in wanted, "the scheme and the books agree", told)


def _asked_back(shown: Shown, arrivals: Arrivals) -> None:
    arrival, item, _, told = shown
    owner = f"{item['tenant']}#{derive('rcl', item['pk'].partition('#')[2])}"
    recall: Any = arrivals.recalls.get(owner)
    status = recall["status"] if recall else ""
    answer = {"returned": "given back", "refused": "refused"}.get(status, "")
    demand(arrival.back == answer, "a recall is answered as it was decided", f"{told}: {recall}")
    demand((owner in arrivals.clocks) == (status == "open"), "a recall has its clock", told)
    demand(arrival.asked or not recall, "a recall is asked for", told)
