"""What must hold after every step, judged by each commit's changes alone.

Knows no product code. What must hold of the ledger is in `books`.

Whatever a commit changes is compared with what the simulation has seen before it, so that a step
costs what the step changed and not what there is.
"""

from collections import Counter
from collections.abc import Iterable, Mapping
from typing import Any

from tests.simulation import deployment
from tests.simulation.books import Books, demand
from tests.simulation.invariants_incoming import Arrivals, beside
from tests.simulation.invariants_onboarding import TABLES, Desk
from tests.simulation.invariants_rails import ROADS as RAIL_ROADS
from tests.simulation.invariants_rails import Transit, is_outside
from tests.simulation.invariants_settlement import TABLES as WINDOWS_TABLES
from tests.simulation.invariants_settlement import Windows
from tests.simulation.world import World

Plain = dict[str, Any]

_RAILS_TABLES = ("PaymentsTable", "RailsTable", "LedgerTable")
_BESIDE_A_PAYMENT = ("order", "recall")
"""What `invariants_rails` judges, and the lines of open recalls."""

ROADS = {
    "received": {"in_review", "completed", "declined", "cancelled"},
    "in_review": {"screening", "declined", "cancelled"},
    "screening": {"completed", "declined", "cancelled"},
    "completed": set(),
    "declined": set(),
    "cancelled": set(),
}


def plain(attributes: Mapping[str, Any] | None) -> Plain | None:
    """An item's attributes as plain values."""
    if attributes is None:
        return None
    return {name: _plain(content) for name, content in attributes.items()}


def _plain(attribute: Mapping[str, Any]) -> Any:
    ((kind, content),) = attribute.items()
    if kind == "N":
        return int(content)
    if kind == "L":
        return [_plain(entry) for entry in content]
    if kind == "M":
        return {name: _plain(entry) for name, entry in content.items()}
    return content


class Change:
    """One item's change in a commit."""

    def __init__(self, table: str, record: Mapping[str, Any]) -> None:
        self.table, self.kind = table, record["eventName"]
        self.old = plain(record["dynamodb"].get("OldImage"))
        self.new = plain(record["dynamodb"].get("NewImage"))
        self.expired = "userIdentity" in record
        self.item: Plain = self.new or self.old or {}
        self.pk, self.sk = self.item["pk"], self.item.get("sk", "")

    def __str__(self) -> str:
        return f"{self.kind} {self.table} {self.pk} {self.sk}"


class Watch:
    """Sees every commit, and keeps what later commits are compared with."""

    def __init__(self, world: World) -> None:
        self._database = world.database
        self._seen = {name: 0 for name, _ in deployment.tables()}
        self.books = Books()
        self.desk = Desk()
        self.transit = Transit()
        self.arrivals = Arrivals(world)
        self.windows = Windows(world)
        self.payments: dict[str, Plain] = {}
        self.risk: dict[str, Plain] = {}
        self.decisions: dict[str, Plain] = {}
        self.cases: dict[str, Plain] = {}

    def is_settled(self, tenant: str, payment: str) -> bool:
        """Whether a payment has come to its end, as far as one can tell."""
        item = self.payments.get(f"{tenant}#{payment}")
        return item is not None and item["status"] in ("completed", "declined", "returned")

    def look(self) -> None:
        """Judge what was committed since the last look: one commit."""
        changes = []
        for table, seen in self._seen.items():
            records = self._database.stream_records(table)
            if len(records) > seen:
                changes += [Change(table, record) for record in records[seen:]]
                self._seen[table] = len(records)
        if changes:
            self._commit(changes)

    def _commit(self, changes: list[Change]) -> None:
        for change in changes:
            _who_when_why(change)
            judge = getattr(self, f"_{change.table.removesuffix('Table').lower()}", None)
            if judge is not None and change.table != "LedgerTable":
                judge(change, changes)
        if any(change.table == "LedgerTable" for change in changes):
            self._ledger(changes)
        if any(change.table in TABLES for change in changes):
            self.desk.commit(changes)
        if any(change.table in _RAILS_TABLES for change in changes):
            self.transit.commit(changes)
            self.arrivals.commit(changes)
        if any(change.table in WINDOWS_TABLES for change in changes):
            self.windows.commit(changes)
        _balanced(changes)

    # The ledger.

    def _ledger(self, changes: list[Change]) -> None:
        moved = [change for change in changes if change.table == "LedgerTable"]
        self.books.commit(moved, {change.table for change in changes})
        for change in moved:
            kind, _, reference = str(change.item.get("why", "")).partition(" ")
            if change.sk == "transfer" and kind == "payment":
                payment = _found(changes, f"{change.pk.partition('#')[0]}#{reference}")
                demand(payment and payment["status"] == "completed",
                       "money moves with its payment's status", change)  # fmt: skip

    # Payments and files.

    def _payments(self, change: Change, changes: list[Change]) -> None:
        if change.sk in _BESIDE_A_PAYMENT or change.pk == "recalls#open" or beside(change):
            return
        demand(change.kind != "REMOVE", "history never changes", change)
        if change.sk != "payment":
            demand(change.old is None or change.sk == "file" or _same(change),
                   "a file's results stay", change)  # fmt: skip
            return
        old, new = change.old, change.item
        self.payments[change.pk] = new
        demand(new["status"] == new["history"][-1]["status"], "a status has its step", change)
        if old is None:
            demand(new["status"] == "received", "a payment begins as received", change)
            demand("IdempotencyTable" in {each.table for each in changes},
                   "an effect and its answer are one commit", change)  # fmt: skip
            return
        outside = is_outside(new)
        steps = len(new["history"]) - len(old["history"])
        demand(new["history"][: len(old["history"])] == old["history"] and steps in (0, 1),
               "history never changes", change)  # fmt: skip
        if steps or not outside:
            roads = RAIL_ROADS if outside else ROADS
            demand(new["status"] in roads[old["status"]], "a payment walks on its roads",
                   f"{old['status']} to {new['status']}, {change}")  # fmt: skip
        changing = {"status", "history", "case_id", "returned", "returns"}
        kept = {name: text for name, text in old.items() if name not in changing}
        demand(kept.items() <= new.items(), "a payment's terms never change", change)
        if new["status"] == "completed" and not outside:
            demand("LedgerTable" in {each.table for each in changes},
                   "money moves with its payment's status", change)  # fmt: skip
        tenant = change.pk.partition("#")[0]
        if new["status"] == "in_review":
            demand(f"{tenant}#cases#open" in _pks(changes), "a review has its case", change)
        if old["status"] == "in_review":
            demand(f"{tenant}#cases#closed" in _pks(changes), "no case outlives its review", change)

    # Answers.

    def _idempotency(self, change: Change, _: list[Change]) -> None:
        old, new = change.old, change.new
        if new is None:
            demand(change.expired, "an answer is kept", change)
        elif old is not None:
            demand("held_until" in old and "held_until" not in new,
                   "an answer never changes", change)  # fmt: skip
            changed = {name for name in old if old[name] != new.get(name)}
            demand(changed <= {"status", "body", "held_until"}, "an answer never changes", change)

    # Fraud.

    def _fraud(self, change: Change, changes: list[Change]) -> None:
        if change.pk.endswith(("#payees", "#marks")):
            return
        if "#cases#" in change.pk:
            self._case(change, changes)
            return
        demand(change.kind == "INSERT", "history never changes", change)
        item, before = change.item, self.risk.get(change.pk)
        number = before["number"] + 1 if before else 1
        demand(int(change.sk) == number, "sequences are dense", change)
        self.risk[change.pk] = item | {"number": number}
        payment = f"{change.pk.partition('#')[0]}#{item['payment']}"
        demand(payment not in self.decisions, "a payment is decided once", change)
        self.decisions[payment] = item
        expected = {"REVIEW": "in_review", "DECLINE": "declined"}.get(item["outcome"])
        if expected is not None:
            moved = _found(changes, payment)
            demand(moved and moved["status"] == expected, "a decision moves its payment", change)

    def _case(self, change: Change, changes: list[Change]) -> None:
        queue = change.pk.rpartition("#")[2]
        tenant = change.pk.partition("#")[0]
        moved = _found(changes, f"{tenant}#{change.item['payment']}")
        demand(moved, "a case moves with its payment", change)
        demand(change.kind == ("REMOVE" if change.new is None else "INSERT"),
               "history never changes", change)  # fmt: skip
        if queue == "open" and change.new is None:
            demand(f"{tenant}#cases#closed" in _pks(changes), "a closed case is kept", change)
        self.cases[change.sk] = change.item | {"queue": queue}
        if queue == "closed" and moved:
            wanted = {"release": "screening", "block": "declined", "cancelled": "cancelled"}
            demand(moved["status"] == wanted[change.item["decision"]],
                   "a decision moves its payment", change)  # fmt: skip


def _who_when_why(change: Change) -> None:
    if change.kind == "REMOVE" or change.sk == "file" or change.pk.endswith("#accounts"):
        return
    missing = [name for name in ("by", "at", "why") if change.item.get(name) in (None, "")]
    demand(not missing, "every change says who, when and why", f"{change}: {missing}")


def _balanced(changes: Iterable[Change]) -> None:
    moved: Counter[str] = Counter()
    for change in changes:
        if change.table == "LedgerTable" and "side" in change.item:
            item, sign = change.item, 1 if change.item["side"] == "credit" else -1
            moved[item["currency"]] += sign * item["amount"]
            moved[f"{item['currency']} held"] += sign * item.get("held", 0)
    demand(not any(moved.values()), "money is conserved", dict(moved))


def _pks(changes: Iterable[Change]) -> set[str]:
    return {change.pk for change in changes}


def _found(changes: Iterable[Change], pk: str) -> Plain | None:
    """What the commit makes of an item."""
    return next((each.new for each in changes if each.pk == pk and each.new), None)


def _same(change: Change) -> bool:
    """Whether an item was put again as it was, but for the time."""
    old, new = change.old or {}, change.new or {}
    return {**old, "at": 0} == {**new, "at": 0}
