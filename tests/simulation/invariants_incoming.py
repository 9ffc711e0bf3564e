"""What must hold of payments that come in, and of what other banks ask back: by each commit alone.

Each is credited once or not at all, and answered the same however often it is asked about.
Knows no product code but the chart of the house's accounts.
"""

from collections import defaultdict
from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any

from remit.kernel.ids import derive
from remit.ledger.chart import house_account_id
from tests.simulation.applicants import CANARIES
from tests.simulation.books import demand, total
from tests.simulation.privacy import CREDITOR, IBAN
from tests.simulation.scheme_messages import dashed

if TYPE_CHECKING:
    from tests.simulation.invariants import Change
    from tests.simulation.world import World

Plain = dict[str, Any]

ROADS = {
    "received": {"received", "credited", "rejected"},
    "credited": {"credited", "reversed", "returned"},
}
MOVED = {"credit": "credited", "take_back": "reversed", "give_back": "returned"}
"""The kinds of the transfers of payments that came in, and the status that each goes with."""

_ORDERS = (["credit"], ["credit", "take_back"], ["credit", "give_back"])
_CHANGING = ("status", "history", "answered", "answered_at", "listed")
CLOCKS = "recalls#incoming"
"""Where the clocks of what was asked back are."""


def beside(change: "Change") -> bool:
    """Whether a record of the payments' table is one of these, or of what was asked back."""
    return (
        change.sk in ("incoming", "name", "incoming_recall")
        or change.pk == CLOCKS
        or change.pk.endswith(("#recalls", "#listed"))
    )


def uetr_of(payment: Plain) -> str:
    """What its scheme calls a payment: its UETR, or what its bank's id of it tells."""
    return str(payment.get("uetr") or dashed(payment["transaction_id"]))


class Arrivals:
    """What has come in, as our records have told of it so far."""

    def __init__(self, world: "World") -> None:
        self._scheme = world.scheme
        self.payments: dict[str, Plain] = {}
        self.recalls: dict[str, Plain] = {}
        self.clocks: set[str] = set()
        self.moved: defaultdict[str, list[tuple[str, Plain]]] = defaultdict(list)
        self._disowned: set[str] = set()
        self._too_early: set[str] = set()

    @property
    def unanswered(self) -> list[Plain]:
        """What was asked back, and is still to be answered."""
        return [each for each in self.recalls.values() if each["status"] == "open"]

    def commit(self, changes: Sequence["Change"]) -> None:
        """Judge one commit, and remember it."""
        moved = [each for each in changes if each.table == "LedgerTable" and each.sk == "transfer"
                 and _kind(each) in MOVED]  # fmt: skip
        found = {(each.pk, each.sk): each for each in changes if each.table == "PaymentsTable"}
        tables = {each.table for each in changes}
        for each in found.values():
            self._record(each, found, moved, tables)
        for each in moved:
            self._moved(each, found)
        for each in changes:
            if each.table == "RailsTable":
                self._message(each)

    def _record(
        self,
        change: "Change",
        found: Mapping[tuple[str, str], "Change"],
        moved: Sequence["Change"],
        tables: set[str],
    ) -> None:
        if change.sk == "incoming":
            self._incoming(change, found)
            _with_its_money(change, moved)
        elif change.sk == "name":
            self._name(change)
        elif change.sk == "incoming_recall":
            self._recall(change, found, moved, tables)
        elif change.pk == CLOCKS:
            self._clock(change, found)

    def _message(self, change: "Change") -> None:
        """What a rail says of these payments, once it is kept."""
        for fact in change.item["facts"]:
            name = fact.get("payment", "")
            if fact["meaning"] == "rejected" and name:
                self._disowned.add(name)
            elif fact["meaning"] == "rejected":
                self._too_early.add(fact["uetr"])
            elif fact["meaning"] == "recalled" and name and fact["tenant"] != "house":
                asked = [one["incoming"] for one in self.recalls.values()]
                demand(name in asked, "what is asked back is a case", change)

    # Payments.

    def _moved(self, change: "Change", found: Mapping[tuple[str, str], "Change"]) -> None:
        name, kind = change.item["why"].partition(" ")[2], _kind(change)
        payment = found.get((f"incoming#{name}", "incoming"))
        demand(payment and payment.item["status"] == MOVED[kind],
               "money moves with its payment's status", change)  # fmt: skip
        if payment:
            self._legs(change, payment.item, name)
        self.moved[name].append((kind, change.item))
        kinds = [kind for kind, _ in self.moved[name]]
        demand(kinds in _ORDERS, "what comes in is credited once", f"{change}: {kinds}")

    def _incoming(self, change: "Change", found: Mapping[tuple[str, str], "Change"]) -> None:
        demand(change.new, "history never changes", change)
        old, new, name = change.old, change.item, change.pk.partition("#")[2]
        told = str(new)
        demand(not any(each in told for each in (CREDITOR, IBAN, *CANARIES)),
               "what is secret is stored sealed", change)  # fmt: skip
        self.payments[change.pk] = new
        if old is None:
            self._came(change, found)
            return
        allowed = ROADS.get(old["status"], {old["status"]})
        demand(new["status"] in allowed, "a payment walks on its roads", change)
        kept = {key: told for key, told in old.items() if key not in _CHANGING}
        same = all(new.get(key) == told for key, told in kept.items())
        demand(same and new["history"][: len(old["history"])] == old["history"],
               "history never changes", change)  # fmt: skip
        demand(not old["answered"] or new["answered_at"] == old["answered_at"],
               "history never changes", change)  # fmt: skip
        demand(not new["answered"] or new["status"] != "received",
               "a rail is answered what was decided", change)  # fmt: skip
        if new["status"] != old["status"]:
            self._stepped(change, name, found)

    def _came(self, change: "Change", found: Mapping[tuple[str, str], "Change"]) -> None:
        """It takes all its names, and a no that its scheme has said before stands against it."""
        item, name = change.item, change.pk.partition("#")[2]
        demand(item["status"] == "received", "a payment begins as received", change)
        names = [item["uetr"]] if "uetr" in item else []
        names.append(f"{item['debtor_bank']} {item['transaction_id']}")
        for each in names:
            taken = found.get((f"incoming#{derive('inc', item['rail'], each)}", "name"))
            demand(taken and taken.item["incoming"] == name, "a payment takes all its names",
                   f"{change}: {each}")  # fmt: skip
        demand(("disowned" in item) == (uetr_of(item) in self._too_early),
               "a no that comes before its payment is heard", change)  # fmt: skip

    def _stepped(
        self, change: "Change", name: str, found: Mapping[tuple[str, str], "Change"]
    ) -> None:
        item = change.item
        step, arrival = item["history"][-1], self._scheme.arriving.payments[uetr_of(item)]
        if item["status"] == "credited":
            demand(step["at"] <= item["deadline"], "nothing is credited after its time", change)
            demand(not arrival.is_listed, "who is listed is not paid for", change)
            demand("disowned" not in item, "a no that comes before its payment is heard", change)
        if item["status"] == "reversed":
            demand(name in self._disowned, "only the rail takes a credit back", change)
        if item["status"] == "returned":
            asked = found.get((f"{item['tenant']}#{derive('rcl', name)}", "incoming_recall"))
            demand(asked and asked.item["status"] == "returned",
                   "money goes back with the answer", change)  # fmt: skip
        if "listed" in item:
            demand(arrival.is_listed and (f"{item['tenant']}#listed", f"{step['at']:013d}#{name}")
                   in found, "who is listed is a case for a person", change)  # fmt: skip

    @staticmethod
    def _name(change: "Change") -> None:
        demand(change.new, "history never changes", change)
        old, new = change.old, change.item
        free = old is None or (old["incoming"] == "" and new["disowned"] == old["disowned"])
        demand(free, "a name means one payment", f"{change}: {old} and {new}")

    @staticmethod
    def _legs(change: "Change", payment: Plain, name: str) -> None:
        legs = {leg["side"]: leg["account"] for leg in change.item["legs"]}
        transit, suspense = (
            house_account_id(each, currency="EUR", cause=name, at=payment["at"])
            for each in ("in_transit", "suspense")
        )
        allowed = {
            "credit": [(transit, payment["account"])],
            "take_back": [(payment["account"], transit), (suspense, transit)],
            "give_back": [(payment["account"], transit)],
        }
        there = (legs["debit"], legs["credit"])
        demand(there in allowed[_kind(change)] and total(change.item) == payment["amount"],
               "money moves as the payment says", f"{change}: {legs}")  # fmt: skip

    # What is asked back.

    def _recall(
        self,
        change: "Change",
        found: Mapping[tuple[str, str], "Change"],
        moved: Sequence["Change"],
        tables: set[str],
    ) -> None:
        demand(change.new, "history never changes", change)
        old, new, pk = change.old, change.item, change.pk
        self.recalls[pk] = new
        clock = found.get((CLOCKS, f"{new['due_at']:013d}#{pk}"))
        demand(clock and bool(clock.new) == (new["status"] == "open"), "a recall has its clock",
               change)  # fmt: skip
        gives_back = any(one.item["why"] == f"give_back {new['incoming']}" for one in moved)
        demand(gives_back == (new["status"] == "returned"), "money goes back with the answer",
               change)  # fmt: skip
        if old is None:
            demand("RailsTable" in tables, "what is asked back is kept with its message", change)
            demand(f"incoming#{new['incoming']}" in self.payments, "a recall is of a payment",
                   change)  # fmt: skip
            return
        demand(old["status"] == "open" and new["status"] in ("returned", "refused"),
               "a recall is answered once", change)  # fmt: skip
        demand("IdempotencyTable" in tables, "an effect and its answer are one commit", change)

    def _clock(self, change: "Change", found: Mapping[tuple[str, str], "Change"]) -> None:
        owner = change.sk.partition("#")[2]
        demand((owner, "incoming_recall") in found, "a recall has its clock", change)
        (self.clocks.add if change.new else self.clocks.discard)(owner)

    # Sums.

    def in_transit(self) -> dict[tuple[str, str], int]:
        """What lies in transit because of these payments, by tenant and currency."""
        sums: dict[tuple[str, str], int] = defaultdict(int)
        for kind, item in (each for moved in self.moved.values() for each in moved):
            key = (item["pk"].partition("#")[0], item["currency"])
            sums[key] += -total(item) if kind == "credit" else total(item)
        return sums

    def in_suspense(self) -> dict[tuple[str, str], int]:
        """What suspense has given because no account could, by tenant and currency."""
        sums: dict[tuple[str, str], int] = defaultdict(int)
        for _, item in (each for moved in self.moved.values() for each in moved):
            key = (item["pk"].partition("#")[0], item["currency"])
            sums[key] -= sum(
                leg["amount"] for leg in item["legs"] if ".suspense." in leg["account"]
            )
        return sums


def _with_its_money(change: "Change", moved: Sequence["Change"]) -> None:
    """A payment that comes to a state in which money moves comes there with the money."""
    if change.old is not None and change.old["status"] == change.item["status"]:
        return
    wanted, name = change.item["status"] in MOVED.values(), change.pk.partition("#")[2]
    demand(wanted == any(one.item["why"].endswith(name) for one in moved),
           "money moves with its payment's status", change)  # fmt: skip


def _kind(change: "Change") -> str:
    """Which kind of transfer it is."""
    return str(change.item["why"].partition(" ")[0])
