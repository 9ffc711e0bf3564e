"""What a scheme does about payments of other banks to our accounts, until both agree on each.

It waits for our answer as long as its rules say, and after that tells us that it has rejected the
payment, whatever we say. How it deals with a payment is in the last two digits of its amount.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from remit.kernel.ids import derive
from tests.simulation import scheme_messages
from tests.simulation.arrivals import Arrival, build
from tests.simulation.books import demand
from tests.simulation.scheduler import MILLISECOND, SECOND
from tests.simulation.scheme_messages import BANK, Ours

if TYPE_CHECKING:
    from tests.simulation.scheme import Scheme, Word
    from tests.simulation.world import World

Span = tuple[int, int]
AT_ONCE = (1 * MILLISECOND, 100 * MILLISECOND)
AT_ONCE_AFTER = (60 * MILLISECOND, 600 * MILLISECOND)
SOON = (50 * MILLISECOND, 5 * SECOND)
LATER = (5 * SECOND, 20 * SECOND)
TIME_OUT, DISOWNED = "AB05", "AC04"


@dataclass(frozen=True)
class Manner:
    """When a payment's message comes, and for how long its scheme waits for our answer.

    `disowns`: how long after our yes it says no, each time in a message of its own; with `before`
    it says no without waiting, when the payment comes. `anew`: the same payment comes in another
    message too, `bare`: in one without its UETR; `altered`: another one under the same reference.
    `asks`: how long after our yes its bank asks it back; with `hasty` when it comes. `answer` is
    what a person says to that, if it is not for chance to say. `listed`: who pays is on a list.
    """

    comes: Span = SOON
    patience: Span = (10 * SECOND, 10 * SECOND + MILLISECOND)
    disowns: tuple[Span, ...] = ()
    before: bool = False
    anew: bool = False
    bare: bool = False
    altered: bool = False
    asks: tuple[Span, ...] = ()
    hasty: bool = False
    answer: str = ""
    listed: bool = False


COMMON = Manner()
MANNERS: Mapping[int, Manner] = {
    31: Manner(disowns=(SOON,)),
    32: Manner(disowns=(LATER, LATER)),
    33: Manner(comes=(8 * SECOND, 12 * SECOND)),
    34: Manner(patience=(100 * MILLISECOND, 3 * SECOND)),
    35: Manner(anew=True),
    36: Manner(altered=True),
    37: Manner(disowns=((MILLISECOND, 10 * MILLISECOND),), anew=True),
    38: Manner(patience=(200 * MILLISECOND, 500 * MILLISECOND), comes=AT_ONCE),
    39: Manner(comes=AT_ONCE, before=True),
    40: Manner(comes=AT_ONCE, bare=True),
    41: Manner(asks=(SOON,)),
    42: Manner(asks=(SOON, SOON), answer="return"),
    43: Manner(asks=(SOON,), answer="refuse"),
    44: Manner(comes=AT_ONCE, hasty=True),
    45: Manner(asks=(SOON,), disowns=(LATER,), answer="return"),
    46: Manner(listed=True),
    47: Manner(comes=SOON, before=True, disowns=(LATER,)),
}
"""By the last two digits of an amount in cents; any other payment is waited for, and believed."""


class Arriving:
    """The other banks, and what their scheme makes of their payments."""

    def __init__(self, world: "World", scheme: "Scheme") -> None:
        self._world, self._scheme = world, scheme
        self.payments: dict[str, Arrival] = {}
        self.altered: list[Word] = []

    def pay_in(self, name: str, tenant: str, account: str | None, amount: int, copies: int) -> None:
        """Another bank pays; the message comes as often as `copies` says."""
        manner = MANNERS.get(amount % 100, COMMON)
        arrival, body = build(self._world, name, tenant, account, amount, is_listed=manner.listed)
        self.payments[arrival.uetr] = arrival
        word = self._scheme.worded(scheme_messages.read(body).id, body)
        for _ in range(copies):
            self._later(manner.comes, lambda: word)
        if manner.before:
            # It may be on its way before the payment, and is said again if that was believed.
            self._later(manner.comes, lambda: self._reject(arrival, DISOWNED))
        self._later(manner.patience, lambda: self._time_out(arrival))
        if manner.anew:
            self._later(manner.comes, lambda: self._anew(word))
        if manner.bare:
            self._later(manner.comes, lambda: self._bare(word, arrival))
        if manner.altered:
            self._later(manner.comes, lambda: self._altered(word))
        if manner.hasty:
            self._later(AT_ONCE_AFTER, lambda: self._ask_back(arrival))

    def answered(self, ours: Ours) -> None:
        """We have said yes or no to a payment, as the books have it."""
        arrival = self.payments.get(ours.uetr)
        demand(arrival, "what is answered has come", ours.uetr)
        if arrival is None:
            return
        arrival.answers.append(ours.status)
        reached = self._reached(arrival)
        demand(("credited" if ours.status == "ACCP" else "rejected") in reached,
               "an answer agrees with the books", f"{ours}: {reached}")  # fmt: skip
        manner = manner_of(arrival)
        if arrival.decision:
            if ours.status != "RJCT" and not manner.before:
                # It says once more what has become of it: a yes is no use any more.
                self._later(SOON, lambda: self._reject(arrival, TIME_OUT))
        elif ours.status == "RJCT":
            arrival.decision = "rejected"
        else:
            arrival.decision = "accepted"
            for span in manner.disowns:
                self._later(span, lambda: self._reject(arrival, DISOWNED))
            for span in manner.asks:
                self._later(span, lambda: self._ask_back(arrival))

    def given_back(self, ours: Ours) -> None:
        """We give back what was asked back."""
        arrival = self._asked(ours, "given back")
        demand(ours.amount == arrival.amount, "the whole payment goes back", f"{ours}: {arrival}")
        demand("returned" in self._reached(arrival), "an answer agrees with the books", ours)

    def refused(self, ours: Ours) -> None:
        """We do not give back what was asked back."""
        arrival = self._asked(ours, "refused")
        demand("returned" not in self._reached(arrival), "an answer agrees with the books", ours)

    def _asked(self, ours: Ours, answer: str) -> Arrival:
        arrival = self.payments[ours.uetr]
        demand(arrival.asked, "only what was asked back goes back", f"{ours}: {arrival}")
        demand(not arrival.back, "a recall is answered once", f"{ours}: {arrival}")
        arrival.back = answer
        return arrival

    def _time_out(self, arrival: Arrival) -> "Word | None":
        return None if arrival.decision else self._reject(arrival, TIME_OUT)

    def _reject(self, arrival: Arrival, reason: str) -> "Word":
        arrival.decision = "rejected"
        return self._scheme.made(
            lambda named, at: scheme_messages.disowned(named, arrival.uetr, reason, at)
        )

    def _ask_back(self, arrival: Arrival) -> "Word":
        arrival.asked += 1
        case = f"CASE-{arrival.uetr[:8]}-{arrival.asked}"
        return self._scheme.made(
            lambda named, at: scheme_messages.asked_back(named, arrival.uetr, case, at)
        )

    def _anew(self, word: "Word", mark: str = "N") -> "Word":
        """The same payment in a message of another id."""
        other = f"{mark}{word.id[1:]}"
        body = word.body.replace(f"<MsgId>{word.id}<".encode(), f"<MsgId>{other}<".encode())
        return self._scheme.worded(other, body)

    def _bare(self, word: "Word", arrival: Arrival) -> "Word":
        """The same payment in a message that does not tell its UETR."""
        other = self._anew(word, "B")
        told = f"<UETR>{arrival.uetr}</UETR>".encode()
        demand(told in other.body, "the message tells its UETR", other.id)
        other.body = other.body.replace(told, b"")
        return other

    def _altered(self, word: "Word") -> "Word":
        """Another amount under the reference of a payment that we have taken."""
        while not word.taken:
            self._world.scheduler.sleep(SECOND)
        other = self._anew(word)
        other.body = other.body.replace(b".36</", b".46</")
        self.altered.append(other)
        return other

    def _reached(self, arrival: Arrival) -> list[str]:
        """The states that the payment has reached, by whichever of its names it lies under."""
        for name in (arrival.uetr, f"{BANK} {arrival.uetr.replace('-', '')}"):
            pk = f"incoming#{derive('inc', 'sct_inst', name)}"
            asked: Any = {"TableName": "PaymentsTable", "ConsistentRead": True,
                          "Key": {"pk": {"S": pk}, "sk": {"S": "incoming"}}}  # fmt: skip
            item = self._world.database.call("get_item", asked).get("Item")
            if item is not None:
                return [step["M"]["status"]["S"] for step in item["history"]["L"]]
        return []

    def _later(self, span: Span, make: Any) -> None:
        self._scheme.later(make, self._world.chance.randrange(*span))


def manner_of(arrival: Arrival) -> Manner:
    """How its scheme deals with a payment."""
    return MANNERS.get(arrival.amount % 100, COMMON)
