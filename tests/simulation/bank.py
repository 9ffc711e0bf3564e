"""The settlement bank: it is reached over the rail's line, and pays what our orders say.

How it deals with each further order is the scenario's to say. What it says is signed and sent as
the scheme's messages are.
"""

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from tests.simulation import scheme_messages
from tests.simulation.books import demand
from tests.simulation.scheduler import MINUTE, SECOND

if TYPE_CHECKING:
    from tests.simulation.scheme import Scheme, Span
    from tests.simulation.world import World

_PARTIES = re.compile(rb"<(?:Dbtr|Cdtr)><FinInstnId><BICFI>(\w+)</")
_WINDOW = re.compile(rb"<Ustrd>(win_\w+)</")

AT_ONCE: "Span" = (1_000, 10_000)
SOON: "Span" = (50_000, 5 * SECOND)
LATER: "Span" = (5 * SECOND, 20 * SECOND)
LATE: "Span" = (15 * MINUTE + 10 * SECOND, 17 * MINUTE)
"""When the orders have been sent again."""

RACING: "Span" = (15 * MINUTE - 200_000, 15 * MINUTE + 600_000)
"""Just when our patience ends."""

_A_PERSON = 5
"""The how manieth hearing of an order comes from a person: all before are the machine's."""

MANNERS: Mapping[str, tuple[tuple["Span", str], ...]] = {
    "settles": ((SOON, "settle"),),
    "books": ((SOON, "book"),),
    "both": ((SOON, "settle"), (SOON, "book")),
    "at_once": ((AT_ONCE, "settle"),),
    "twice": ((SOON, "settle"), (LATER, "settle")),
    "at_work": ((AT_ONCE, "pend"), (LATER, "settle")),
    "rejects": ((SOON, "reject"),),
    "rejects_twice": ((AT_ONCE, "reject"), (LATER, "reject")),
    "late": ((LATE, "settle"),),
    "racing": ((RACING, "settle"),),
    "lost": (),
    "asked_by_a_person": (),
    "mute": (),
    "torn": ((SOON, "settle"), (LATER, "reject")),
    "undone": ((SOON, "reject"), (LATER, "settle")),
    "otherwise": ((SOON, "book_otherwise"), (LATER, "book")),
    "stranger": ((AT_ONCE, "settle_another"), (SOON, "settle")),
}
"""What it does about an order by itself, and when."""

_AGAIN = {"lost": 2, "asked_by_a_person": _A_PERSON}
"""At which hearing of an order it settles that it has lost before."""

TORN = frozenset({"torn", "undone", "otherwise"})
"""The manners after which a person has to look at what it said."""

FINAL = frozenset(MANNERS) - {"rejects", "rejects_twice", "undone"}
"""The manners that may come last: an order that is made anew for ever comes to nothing."""


@dataclass
class Ordered:
    """An order that the bank has; `said` is what it has said of it, in that order."""

    uetr: str
    window: str
    debtor: str
    creditor: str
    amount: int
    manner: str
    heard: int = 1
    said: list[str] = field(default_factory=list)

    @property
    def decision(self) -> str:
        """What it has made of the order: the first that it said stands."""
        return self.said[0] if self.said else ""


class Bank:
    """The settlement bank of one world."""

    def __init__(self, world: "World", scheme: "Scheme", manners: tuple[str, ...]) -> None:
        self._world, self._scheme, self._manners = world, scheme, manners
        self.orders: dict[str, Ordered] = {}

    def take(self, ours: scheme_messages.Ours, body: bytes) -> int:
        """Take an order; the HTTP status. One that it has is heard again, and no second one."""
        known = self.orders.get(ours.uetr)
        if known is not None:
            known.heard += 1
            if known.heard == _AGAIN.get(known.manner):
                self._do(known, SOON, "settle")
            return 409
        (debtor, creditor), (window,) = _PARTIES.findall(body), set(_WINDOW.findall(body))
        manner = self._manners[min(len(self.orders), len(self._manners) - 1)]
        order = Ordered(ours.uetr, window.decode(), debtor.decode(), creditor.decode(),
                        ours.amount, manner)  # fmt: skip
        self._first_or_rejected(order)
        self.orders[order.uetr] = order
        for span, deed in MANNERS[manner]:
            self._do(order, span, deed)
        return 202

    def said(self, uetr: str) -> list[str]:
        """What it has said of an order, in that order."""
        return self.orders[uetr].said if uetr in self.orders else []

    def _first_or_rejected(self, order: Ordered) -> None:
        """What it has been told to pay it is told again only after it has said no."""
        for other in self.orders.values():
            same = (other.window, other.debtor, other.creditor)
            if same == (order.window, order.debtor, order.creditor):
                demand("rejected" in other.said, "no window is ordered twice",
                       f"{order} after {other}")  # fmt: skip

    def _do(self, order: Ordered, span: "Span", deed: str) -> None:
        self._scheme.say(lambda identifier, at: getattr(self, f"_{deed}")(order, identifier, at),
                         span)  # fmt: skip

    # What it does, each by its name.

    def _settle(self, order: Ordered, identifier: str, at: str) -> bytes:
        order.said.append("confirmed")
        status = self._world.chance.choice(("ACSC", "ACCC"))
        return scheme_messages.report(identifier, order.uetr, status, "", at)

    def _reject(self, order: Ordered, identifier: str, at: str) -> bytes:
        order.said.append("rejected")
        return scheme_messages.report(identifier, order.uetr, "RJCT", "AM04", at)

    def _pend(self, order: Ordered, identifier: str, at: str) -> bytes:
        return scheme_messages.report(identifier, order.uetr, "ACSP", "", at)

    def _book(self, order: Ordered, identifier: str, at: str) -> bytes:
        order.said.append("confirmed")
        return scheme_messages.booked(identifier, order.uetr, order.amount, at)

    def _book_otherwise(self, order: Ordered, identifier: str, at: str) -> bytes:
        return scheme_messages.booked(identifier, order.uetr, order.amount + 1, at)

    def _settle_another(self, order: Ordered, identifier: str, at: str) -> bytes:
        """Something of another house's that bears our name."""
        uetr = f"{order.uetr[:-4]}{int(order.uetr[-4:], 16) ^ 1:04x}"
        return scheme_messages.report(identifier, uetr, "ACSC", "", at)
