"""What must hold of customers, their checks and their keys, judged by each commit's changes alone.

Knows no product code.
"""

from collections import defaultdict
from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any

from tests.simulation.books import demand
from tests.simulation.privacy import HIDDEN
from tests.simulation.scheduler import Violation

if TYPE_CHECKING:
    from tests.simulation.invariants import Change

Plain = dict[str, Any]

TABLES = ("CustomersTable", "IdentityTable", "ScreeningTable", "SubjectKeysTable", "VaultTable")

ROADS = {
    "in_review": {"active", "needs_attention", "rejected"},
    "needs_attention": {"active", "rejected", "abandoned"},
    "active": {"needs_attention"},
    "rejected": set(),
    "abandoned": set(),
}
_TERMS = ("kind", "currencies", "at", "by")
_SEALED = ("customer", "order", "message")
"""What keys are made for: a customer, an order to a rail, a message of a rail."""
_SUBJECT_KEY, _RETENTION_KEY = "subject_key", "retention_key"


class Desk:
    """Customers as their records have told of them so far, by partition key."""

    def __init__(self) -> None:
        self.customers: dict[str, Plain] = {}
        self.sections: defaultdict[str, list[Plain]] = defaultdict(list)
        self.tasks: dict[str, Plain] = {}
        self.applications: dict[str, bytes] = {}
        self.checks: dict[str, Plain] = {}
        self.in_force: dict[str, Plain] = {}
        self._lines: dict[str, str] = {}

    def undecided(self, tenant: str) -> list[str]:
        """The ids of a tenant's customers on whom somebody has to decide."""
        found = (pk for pk, item in self.customers.items() if _is_undecided(item))
        return [pk.partition("#")[2] for pk in found if pk.startswith(f"{tenant}#")]

    @property
    def unfinished(self) -> list[str]:
        """The customers with whom something goes on, without anybody having to decide."""
        return [
            pk
            for pk, item in self.customers.items()
            if item["status"] == "in_review"
            or (item["status"] == "needs_attention" and not _is_undecided(item))
        ]

    def has_ended(self, tenant: str, customer: str) -> bool:
        """Whether the customer is at an end of all roads."""
        item = self.customers.get(f"{tenant}#{customer}")
        return item is not None and not ROADS[item["status"]]

    def commit(self, changes: Sequence["Change"]) -> None:
        """Judge one commit, and remember it."""
        found = {(change.table, change.pk, change.sk): change for change in changes}
        for change in changes:
            if change.table in TABLES or change.table == "IdempotencyTable":
                sealed(change)
        for change in changes:
            if change.table == "CustomersTable":
                self._customers(change, found)
            elif change.table == "IdentityTable":
                self._identity(change, found)
            elif change.table == "ScreeningTable":
                self._screening(change, found)
            elif change.table == "SubjectKeysTable":
                _keys(change, found)

    # Customers.

    def _customers(self, change: "Change", found: Mapping[tuple[str, str, str], "Change"]) -> None:
        kind, pk = change.sk.partition("#")[0], change.pk
        customer = found.get(("CustomersTable", pk, "customer"))
        if pk.startswith("run#"):
            demand(change.new, "what monitoring did is kept", change)
        elif pk.endswith("#customers") or pk.startswith("customers#"):
            demand(change.old is None, "a customer is listed once, and stays", change)
        elif kind == "customer":
            self._customer(change, found)
        elif kind == "section":
            demand(change.old is None, "evidence never changes", change)
            demand(customer, "evidence is bound in its own commit", change)
        elif kind == "application":
            self._application(change, customer)
        elif kind == "task":
            demand(customer and customer.old, "a token is left under the customer's condition",
                   change)  # fmt: skip
            self.tasks[pk] = change.item
        else:
            demand(change.new and kind in ("erasure", "opened"), "history never changes", change)

    def _application(self, change: "Change", customer: "Change | None") -> None:
        if change.new is None:
            demand(customer and "erased_at" in customer.item, "an application is kept", change)
            return
        demand(change.old is None and customer and customer.old is None,
               "an application and its customer are one commit", change)  # fmt: skip
        self.applications[change.pk] = change.item["sealed"]

    def _customer(self, change: "Change", found: Mapping[tuple[str, str, str], "Change"]) -> None:
        old, new = change.old, change.new
        demand(new, "a customer stays on record", change)
        assert new is not None
        told = self._told(change, found)
        tables = {table for table, _, _ in found}
        if old is None:
            demand(new["status"] == "in_review" and len(told) == 1, "a customer begins in review",
                   change)  # fmt: skip
            demand({"IdempotencyTable", "SubjectKeysTable"} <= tables,
                   "an effect and its answer are one commit", change)  # fmt: skip
        else:
            _kept(change, old, new)
            if "erasing_at" in old:
                demand("erased_at" in new and new["status"] == old["status"],
                       "nothing happens to whom is being erased", change)  # fmt: skip
            self._moved(change, found, told)
            if new["decided"] != old["decided"]:
                _decided(change, told, tables)
        self.sections[change.pk] += told
        self.customers[change.pk] = new

    def _told(
        self, change: "Change", found: Mapping[tuple[str, str, str], "Change"]
    ) -> list[Plain]:
        """The sections of evidence that a commit adds to a customer, in order."""
        told = []
        for (table, pk, sk), each in found.items():
            if (table, pk) == ("CustomersTable", change.pk) and sk.startswith("section#"):
                _, name, number = sk.split("#")
                told.append(each.item | {"name": name, "number": int(number)})
        told.sort(key=lambda one: one["number"])
        before = len(self.sections[change.pk])
        numbers = [one["number"] for one in told]
        demand(numbers == list(range(before + 1, before + 1 + len(told))), "evidence is dense",
               f"{change}: {numbers} after {before}")  # fmt: skip
        demand(change.item["evidence_count"] == before + len(told), "evidence is bound", change)
        if told and change.old:
            demand(change.item["evidence"] != change.old["evidence"], "evidence is bound", change)
        return told

    def _moved(
        self,
        change: "Change",
        found: Mapping[tuple[str, str, str], "Change"],
        told: list[Plain],
    ) -> None:
        """A customer's step, and the account of it."""
        old, new = change.old or {}, change.item
        steps, before = new["history"][len(old["history"]) :], old["status"]
        demand(new["status"] == new["history"][-1]["status"], "a status has its step", change)
        demand(len(steps) <= 1, "a customer takes one step at a time", change)
        for step in steps:
            demand(step["status"] in ROADS[before], "a customer walks on its roads",
                   f"{before} to {step['status']}, {change}")  # fmt: skip
            names = {one["name"]: one for one in told}
            if step["status"] == "active":
                self._activated(change, found, names)
            elif step["status"] == "rejected":
                risk = names.get("risk", {"facts": {}})["facts"].get("outcome")
                wanted = risk == "rejected" if before == "in_review" else "decision" in names
                demand(wanted, "nobody is turned away without a reason", change)
            elif step["status"] == "abandoned":
                demand(not old["decided"], "who was decided on is not abandoned", change)
            else:
                name = "risk" if before == "in_review" else "reopened"
                demand(name in names and names[name]["facts"]["reasons"],
                       "who needs attention has a reason", change)  # fmt: skip
        opened = [key for key, each in found.items() if _is_opening(each, change)]
        given = new["accounts"][len(old["accounts"]) :]
        demand(len(opened) == len(given), "accounts are opened in the commit that gives them",
               f"{change}: {opened}")  # fmt: skip
        if given and not any(step["status"] == "active" for step in steps):
            asked = len(given) == 1 and "IdempotencyTable" in {table for table, _, _ in found}
            served = old["status"] == "active" and "erasing_at" not in old
            demand(asked and served, "only who is served is given a further account", change)

    def _activated(
        self,
        change: "Change",
        found: Mapping[tuple[str, str, str], "Change"],
        names: Mapping[str, Plain],
    ) -> None:
        old, new = change.old or {}, change.item
        currencies = [one["currency"] for one in new["accounts"]]
        # Whoever comes back may have been given further accounts by hand.
        first = currencies[: len(new["currencies"])] if old["accounts"] else currencies
        demand(first == new["currencies"], "one account for each currency", change)
        if not old["accounts"]:
            tenant = change.pk.partition("#")[0]
            for one in new["accounts"]:
                demand(("LedgerTable", f"{tenant}#{one['id']}", "000000000000") in found,
                       "accounts are opened with their customer's activation", change)  # fmt: skip
        seen = {one["name"]: one for one in self.sections[change.pk]} | dict(names)
        if old["status"] == "in_review":
            risk, screening = seen.get("risk"), seen.get("screening")
            clear = (
                risk and screening and risk["number"] > screening["number"]
                and {risk["facts"]["outcome"], screening["facts"]["outcome"],
                     seen["identity"]["facts"]["outcome"]} == {"clear"}
            )  # fmt: skip
            demand(clear, "nobody is active without a clear decision", change)
            return
        decision = seen.get("decision")
        approved = decision and decision["facts"]["outcome"] == "approved"
        demand(approved, "nobody is active without a clear decision", change)
        later = [one["name"] for one in self.sections[change.pk]
                 if decision and one["number"] > decision["number"]]  # fmt: skip
        demand("reopened" not in later, "a decision is about what had been seen", change)

    # Checks.

    def _identity(self, change: "Change", found: Mapping[tuple[str, str, str], "Change"]) -> None:
        if change.sk == "check":
            self._check(change, found)
        elif change.pk.startswith("due#"):
            if change.pk == "due#swept":
                demand(change.old is None, "history never changes", change)
            elif change.new:
                self._lines[change.sk] = change.pk
            elif self._lines.get(change.sk) == change.pk:
                del self._lines[change.sk]
        elif not change.pk.startswith("provider#"):
            demand(change.old is None, "history never changes", change)

    def _check(self, change: "Change", found: Mapping[tuple[str, str, str], "Change"]) -> None:
        old, new = change.old or {}, change.item
        demand(change.new, "a check stays on record", change)
        for name in ("outcome", "attestation_hash", "answered_at"):
            demand(name not in old or new.get(name) == old[name],
                   "the first answer to a check counts", change)  # fmt: skip
        if "attestation_hash" in new.keys() - old.keys():
            proof = found.get(("IdentityTable", change.pk, "attestation"))
            demand(proof and proof.item["sha256"] == new["attestation_hash"],
                   "an outcome and its attestation are one commit", change)  # fmt: skip
        settled = new["status"] != "started" and "resumed_at" in new
        lines = {sk: pk for (_, pk, sk), each in found.items() if pk[:4] == "due#" and each.new}
        listed = lines.get(change.pk, self._lines.get(change.pk))
        demand(settled or listed, "every check can be found when it is due", change)
        self.checks[change.pk] = new

    def _screening(self, change: "Change", found: Mapping[tuple[str, str, str], "Change"]) -> None:
        demand(change.new, "history never changes", change)
        if change.pk == "lists":
            before = self.in_force.get(change.sk, {"sequence": 0})
            after = change.item["sequence"]
            kept = change.item["version"] == before.get("version")
            demand(after == before["sequence"] + (not kept), "sequences are dense", change)
            self.in_force[change.sk] = change.item
        elif change.sk.startswith("cleared#"):
            customer = found.get(("CustomersTable", change.pk, "customer"))
            demand(customer and customer.item["decided"].get("decision") == "approve",
                   "an entry is cleared by a decision", change)  # fmt: skip


def _is_undecided(item: Plain) -> bool:
    return item["status"] == "needs_attention" and not item["decided"]


def _is_opening(change: "Change", customer: "Change") -> bool:
    own = change.item.get("customer") == customer.pk.partition("#")[2]
    return change.table == "LedgerTable" and change.sk == "000000000000" and own


def _kept(change: "Change", old: Plain, new: Plain) -> None:
    """What of a customer never changes."""
    demand(new["revision"] == old["revision"] + 1, "revisions are dense", change)
    demand(new["history"][: len(old["history"])] == old["history"], "history never changes", change)
    demand(all(new[name] == old[name] for name in _TERMS), "a customer's terms never change",
           change)  # fmt: skip
    demand(new["accounts"][: len(old["accounts"])] == old["accounts"],
           "a customer's accounts are given once", change)  # fmt: skip
    for name in ("erasing_at", "erased_at"):
        demand(name not in old or new.get(name) == old[name], "an erasure is for ever", change)


def _decided(change: "Change", told: list[Plain], tables: set[str]) -> None:
    """A decision is made by somebody, or made void by what has come since; it is not replaced."""
    names, new = {one["name"]: one for one in told}, change.item["decided"]
    if not new:
        demand("reopened" in names, "a decision stands", change)
        return
    demand(not (change.old or {})["decided"] or (change.old or {})["accounts"],
           "a customer is decided on once", change)  # fmt: skip
    outcome = {"approve": "approved", "reject": "rejected"}[new["decision"]]
    made = names.get("decision", {"facts": {}})
    demand(made["facts"].get("outcome") == outcome and made.get("by") == new["by"],
           "a decision is evidence", change)  # fmt: skip
    demand("IdempotencyTable" in tables, "an effect and its answer are one commit", change)


def _keys(change: "Change", found: Mapping[tuple[str, str, str], "Change"]) -> None:
    """Keys are made once, with what they are for, and what is destroyed never comes back."""
    demand(change.new, "that a key was destroyed stays on record", change)
    old, new = change.old, change.item
    if change.pk.endswith("#index"):
        demand(old is None, "a tenant's index key never changes", change)
        return
    if old is None:
        made = [each for each in found.values() if each.sk in _SEALED and each.old is None]
        demand(made, "a subject's keys are made with it", change)
        return
    for name in (_SUBJECT_KEY, _RETENTION_KEY):
        demand(name in old or name not in new, "a key that was destroyed never comes back", change)


def sealed(change: "Change") -> None:
    """Nothing personal, and no token, stands in the open."""
    told = str({name: _open(each) for name, each in change.item.items()})
    seen = next((one for one in HIDDEN if one in told), None)
    if seen is not None:
        raise Violation("what is secret is stored sealed", f"{seen!r} in {change}")


def _open(content: Any) -> Any:
    return "sealed" if isinstance(content, bytes) else content
