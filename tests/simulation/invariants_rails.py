"""What must hold of payments that leave the house, judged by each commit's changes alone.

Knows no product code but the chart of the house's accounts.
"""

from collections import defaultdict
from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any

from remit.ledger.chart import house_account_id
from tests.simulation.books import demand, total
from tests.simulation.invariants_onboarding import sealed
from tests.simulation.privacy import CREDITOR, IBAN

if TYPE_CHECKING:
    from tests.simulation.invariants import Change

Plain = dict[str, Any]
Found = Mapping[tuple[str, str, str], "Change"]

ROADS = {
    "received": {"in_review", "reserved", "declined", "cancelled"},
    "in_review": {"screening", "declined", "cancelled"},
    "screening": {"reserved", "declined", "cancelled"},
    "reserved": {"submitted"},
    "submitted": {"completed", "declined", "unknown"},
    "unknown": {"completed", "declined"},
    "completed": {"returned"},
    "declined": set(),
    "returned": set(),
    "cancelled": set(),
}
WAITS = ("submitted", "unknown")
KINDS = ("reserve", "release", "return")
"""Transfers of payments that a rail carries."""

_KEPT_ASIDE = ("reserved", *WAITS, "completed", "returned")
_BESIDE = {"reserved": "reserve", "returned": "return"}


def is_outside(payment: Plain) -> bool:
    """Whether a rail carries the payment."""
    return "rail" in payment


class Transit:
    """Payments that leave the house, as their records have told of them so far."""

    def __init__(self) -> None:
        self.payments: dict[str, Plain] = {}
        self.recalls: dict[str, Plain] = {}
        self.orders: dict[str, Plain] = {}
        self.messages: dict[str, Plain] = {}
        self.lines: set[str] = set()
        self._said: defaultdict[str, list[Plain]] = defaultdict(list)
        self._moved: defaultdict[str, list[tuple[str, Plain]]] = defaultdict(list)

    def commit(self, changes: Sequence["Change"]) -> None:
        """Judge one commit, and remember it."""
        found = {(change.table, change.pk, change.sk): change for change in changes}
        for change in changes:
            if change.table == "RailsTable":
                self._message(change)
        for change in changes:
            kind = change.item.get("why", "").partition(" ")[0]
            if change.table == "LedgerTable" and change.sk == "transfer" and kind in KINDS:
                self._transfer(change, kind, found)
        for change in changes:
            if change.table == "PaymentsTable":
                self._record(change, found)
        for pk in dict.fromkeys(each.pk for each in changes if each.pk in self.payments):
            self._agrees(pk)

    # What the rail said.

    def _message(self, change: "Change") -> None:
        demand(change.old is None, "what a rail said never changes", change)
        sealed(change)
        self.messages[change.pk.partition("#")[2]] = change.item
        for fact in change.item["facts"]:
            if "payment" in fact:
                self._said[f"{fact['tenant']}#{fact['payment']}"].append(fact)

    def said(self, pk: str, *meanings: str) -> list[Plain]:
        """What was kept of the rail's word on a payment, of those meanings."""
        return [fact for fact in self._said[pk] if fact["meaning"] in meanings]

    # Payments, and what stands beside them.

    def _record(self, change: "Change", found: Found) -> None:
        if change.pk == "recalls#open":
            self._line(change, found)
        elif change.sk == "order":
            demand(change.old is None, "an order never changes", change)
            owner = f"{change.item['tenant']}#{change.item['payment']}"
            payment = found.get(("PaymentsTable", owner, "payment"))
            demand(payment and payment.old is None, "an order is put with its payment", change)
            sealed(change)
            self.orders[owner] = change.item
        elif change.sk == "recall":
            self._recall(change, found)
        elif change.sk == "payment" and is_outside(change.item):
            self._payment(change, found)

    def _payment(self, change: "Change", found: Found) -> None:
        old, new, pk = change.old, change.item, change.pk
        told = str(new)
        demand(CREDITOR not in told and IBAN not in told, "what is secret is stored sealed", change)
        self.payments[pk] = new
        if old is None:
            order = found.get(("PaymentsTable", f"order#{new['uetr']}", "order"))
            demand(order, "an order is put with its payment", change)
            return
        kinds = [each.item["why"].partition(" ")[0] for each in _transfers(found, pk)]
        more = new["returned"] - old["returned"]
        demand((more > 0) == ("return" in kinds), "what comes back is counted with its payment",
               f"{change}: {more} by {kinds}")  # fmt: skip
        backs = new.get("returns", [])
        demand(backs[: len(old.get("returns", []))] == old.get("returns", [])
               and sum(one["amount"] for one in backs) == new["returned"],
               "what comes back is counted with its payment", change)  # fmt: skip
        demand(0 <= new["returned"] <= new["amount"], "no more comes back than was paid", change)
        if old["status"] == new["status"]:
            demand(more > 0, "a payment changes for a reason", change)
            return
        status = new["status"]
        wanted = _BESIDE.get(status)
        if status == "declined" and old["status"] in WAITS:
            wanted = "release"
        demand(kinds == ([wanted] if wanted else []), "money moves with its payment's status",
               f"{change}: {kinds} with {status}")  # fmt: skip
        self._ends(pk, old, new, change)

    def _ends(self, pk: str, old: Plain, new: Plain, change: "Change") -> None:
        """Only what the rail has said, and what was kept of it, ends a payment that it has."""
        status = new["status"]
        if status == "completed":
            demand(self.said(pk, "accepted", "returned"), "only the rail ends what it has", change)
        elif status == "declined" and old["status"] in WAITS:
            reasons = [fact.get("reason") for fact in self.said(pk, "rejected")]
            demand(reasons, "only the rail ends what it has", change)
            demand(new["history"][-1]["reason"] in reasons, "the rail's reason is kept", change)
        elif status == "returned":
            demand(new["returned"] == new["amount"], "what is returned has come back", change)

    # Money.

    def _transfer(self, change: "Change", kind: str, found: Found) -> None:
        item, (tenant, _, _) = change.item, change.pk.partition("#")
        pk = f"{tenant}#{item['why'].partition(' ')[2]}"
        moved = found.get(("PaymentsTable", pk, "payment"))
        demand(moved, "money moves with its payment's status", change)
        if moved is None:
            return
        payment, legs = moved.item, {leg["side"]: leg for leg in item["legs"]}
        named = {"currency": payment["currency"], "cause": pk.partition("#")[2],
                 "at": payment["at"]}  # fmt: skip
        transit = house_account_id("in_transit", **named)
        suspense = house_account_id("suspense", **named)
        whole = kind != "return"
        there = (legs["debit"]["account"], legs["credit"]["account"])
        allowed = {(transit, payment["debtor"]), (transit, suspense)}
        if kind == "reserve":
            allowed = {(payment["debtor"], transit)}
        demand(len(item["legs"]) == 2 and there in allowed, "money moves as the payment says",
               f"{change}: {there}")  # fmt: skip
        demand(not whole or total(item) == payment["amount"], "money moves as the payment says",
               change)  # fmt: skip
        if kind == "return":
            self._returned(pk, item, change)
        self._moved[pk].append((kind, item))

    def _returned(self, pk: str, item: Plain, change: "Change") -> None:
        """Each return moves money once, and as much as was said."""
        said = {fact["id"]: fact["amount"] for fact in self.said(pk, "returned")}
        left = sorted(said.values())
        for _, each in [*self._moved[pk], ("return", item)]:
            if each["why"].partition(" ")[0] == "return":
                demand(total(each) in left, "a return is counted once", f"{change}: {said}")
                left.remove(total(each))

    def in_transit(self, pk: str) -> int:
        """How much of a payment lies in transit."""
        return sum(total(item) * (1 if kind == "reserve" else -1) for kind, item in self._moved[pk])

    def in_suspense(self) -> dict[tuple[str, str], int]:
        """What has come back and no account could take, by tenant and currency."""
        sums: dict[tuple[str, str], int] = defaultdict(int)
        for pk, item in ((pk, item) for pk, moved in self._moved.items() for _, item in moved):
            key = (pk.partition("#")[0], item["currency"])
            sums[key] += sum(
                leg["amount"] for leg in item["legs"] if ".suspense." in leg["account"]
            )
        return sums

    def _agrees(self, pk: str) -> None:
        payment = self.payments[pk]
        aside = payment["amount"] - payment["returned"]
        wanted = aside if payment["status"] in _KEPT_ASIDE else 0
        demand(self.in_transit(pk) == wanted, "what is in transit is what nobody has given back",
               f"{pk} is {payment['status']}: {self.in_transit(pk)}, not {wanted}")  # fmt: skip

    # Recalls.

    def _recall(self, change: "Change", found: Found) -> None:
        old, new, pk = change.old, change.item, change.pk
        demand(change.new, "history never changes", change)
        sealed(change)
        self.recalls[pk] = new
        lines = [each for (_, place, _), each in found.items() if place == "recalls#open"]
        if old is None:
            demand(any(key[0] == "IdempotencyTable" for key in found),
                   "an effect and its answer are one commit", change)  # fmt: skip
            demand(lines, "a recall has its clock", change)
            return
        demand((old["status"], new["status"]) in {("requested", "refused"),
               ("requested", "accepted"), ("refused", "accepted")},
               "a recall is answered once", change)  # fmt: skip
        demand(bool(lines) == (old["status"] == "requested"), "a recall has its clock", change)
        if new["status"] == "refused":
            demand(self.said(pk, "recall_refused"), "only the rail answers a recall", change)
        else:
            demand(_transfers(found, pk), "money moves with its payment's status", change)

    def _line(self, change: "Change", found: Found) -> None:
        owner = change.sk.partition("#")[2]
        demand(("PaymentsTable", owner, "recall") in found, "a recall has its clock", change)
        if change.new is None:
            self.lines.discard(owner)
        else:
            self.lines.add(owner)


def _transfers(found: Found, pk: str) -> list["Change"]:
    """The transfers of a payment in a commit."""
    tenant, _, name = pk.partition("#")
    return [
        change
        for (table, place, sk), change in found.items()
        if table == "LedgerTable" and sk == "transfer" and place.partition("#")[0] == tenant
        and change.item["why"].partition(" ")[2] == name
    ]  # fmt: skip
