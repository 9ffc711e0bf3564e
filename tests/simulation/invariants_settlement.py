"""What must hold of settlement windows, judged by each commit's changes alone.

Members, positions, hashes and moves are computed again from the records of members. Knows no code
of the product's settlement.
"""

import hashlib
from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from typing import TYPE_CHECKING, Any

from remit.kernel.canonical import canonical_json, fingerprint
from remit.kernel.ids import derive
from remit.ledger.chart import house_account_id
from tests.simulation.books import demand
from tests.simulation.deployment import SETTINGS

if TYPE_CHECKING:
    from tests.simulation.invariants import Change
    from tests.simulation.world import World

Plain = dict[str, Any]

TABLES = ("SettlementTable", "LedgerTable")
OURS, AGENT = SETTINGS["BIC"], SETTINGS["SETTLEMENT_BIC"]
PARTS = 64
ROADS = {
    "OPEN": {"CLOSED"},
    "CLOSED": {"CLOSED", "COMPUTED"},
    "COMPUTED": {"SHORT", "CLOSED", "INSTRUCTED"},
    "SHORT": {"COMPUTED", "CLOSED"},
    "INSTRUCTED": {"CONFIRMED", "REJECTED", "PART_FAILED"},
    "REJECTED": {"INSTRUCTED"},
    "PART_FAILED": {"INSTRUCTED"},
    "CONFIRMED": {"SETTLED"},
    "SETTLED": set(),
}
LEFT = ("INSTRUCTED", "PART_FAILED", "REJECTED", "CONFIRMED", "SETTLED")
"""The states of a window that has left the house."""

_TERMS = ("id", "rail", "currency", "payer", "payee", "amount", "counted_at", "held_on")
_BOUNDS = ("closes_at", "seals_at", "day", "cutoff", "calendar", "cutoffs")
_MAY_WAIT = ("SHORT", "PART_FAILED", "REJECTED", "INSTRUCTED")


class Windows:
    """Settlement windows as their records have told of them so far, by tenant and id."""

    def __init__(self, world: "World") -> None:
        self._bank = world.scheme.bank
        self.kept: dict[str, Plain] = {}
        self.members: defaultdict[str, dict[str, Plain]] = defaultdict(dict)
        self.counted: dict[str, dict[str, Plain]] = {}
        self.unsettled: set[str] = set()
        self.orders: defaultdict[str, dict[str, Plain]] = defaultdict(dict)
        self._where: dict[tuple[str, str], str] = {}
        self._parts: defaultdict[tuple[str, int], dict[int, Plain]] = defaultdict(dict)
        self._totals: dict[tuple[str, int], Plain] = {}
        self._limits: dict[str, int | None] = {}
        self._moved: defaultdict[str, dict[str, int]] = defaultdict(dict)

    # For others.

    def newest_open(self, tenant: str) -> str | None:
        """The tenant's open window that opened last."""
        found = [
            (item["facts"]["opens_at"], pk)
            for pk, item in self.kept.items()
            if item["status"] == "OPEN" and pk.startswith(f"{tenant}#")
        ]
        return max(found)[1].partition("#")[2] if found else None

    def for_a_person(self) -> list[tuple[str, int]]:
        """The windows that wait for a person, each with its version."""
        return [
            (pk, item["version"])
            for pk, item in self.kept.items()
            if item["waits"] == "person" and item["status"] in _MAY_WAIT and not item["again"]
        ]

    def settled(self) -> dict[tuple[str, str], int]:
        """By tenant and currency, what has been settled of what lay in transit."""
        found: dict[tuple[str, str], int] = {}
        for pk, members in self.counted.items():
            if self.kept[pk]["status"] == "SETTLED":
                key = (pk.partition("#")[0], self.kept[pk]["facts"]["currency"])
                found[key] = found.get(key, 0) + sum(held(members.values()).values())
        return found

    # Commits.

    def commit(self, changes: Sequence["Change"]) -> None:
        """Judge one commit, and remember it."""
        own = [change for change in changes if change.table == "SettlementTable"]
        for change in own:
            self._record(change)
        for change in own:
            if change.sk == "window":
                self._window(change, changes)
        for change in changes:
            if change.table == "LedgerTable" and change.sk == "transfer":
                self._transfer(change, own)
        for change in own:
            if change.sk == "window" and change.item["status"] == "SETTLED":
                self._all_moved(change)
        self._caps(changes)

    def _transfer(self, change: "Change", own: Sequence["Change"]) -> None:
        kind, _, window = change.item["why"].partition(" ")
        if kind == "settlement":
            self._move(change, f"{change.pk.partition('#')[0]}#{window}", own)
        elif kind == "funding":
            self._funded(change, own)

    def _record(self, change: "Change") -> None:
        pk, sk = change.pk, change.sk
        tenant, _, rest = pk.partition("#")
        owner, _, place = rest.partition("#")
        if pk == "unsettled":
            (self.unsettled.discard if change.new is None else self.unsettled.add)(sk)
            return
        demand(change.new is not None, "history never changes", change)
        if place == "orders":
            self._order(change, f"{tenant}#{owner}")
        elif place.isdigit():
            self._member(change, f"{tenant}#{owner}")
        elif sk != "window":
            demand(change.old is None, "what was computed never changes", change)
            kind, _, number = sk.partition("#")
            if kind == "part":
                round_, _, part = number.partition("#")
                self._parts[pk, int(round_)][int(part)] = change.item
            elif kind == "proof":
                self._totals[pk, int(number)] = change.item

    def _member(self, change: "Change", window: str) -> None:
        item, old = change.item, change.old
        if old is not None:
            same = {name: item[name] for name in old if name != "later"}
            demand(same.items() <= old.items() and "later" in item, "a member never changes",
                   change)  # fmt: skip
            demand(change.sk not in self.counted.get(window, {}),
                   "who has left with a window stays in it", change)  # fmt: skip
        self.members[window][change.sk] = item

    def _order(self, change: "Change", window: str) -> None:
        item, old = change.item, change.old
        if old is not None:
            changing = {"answer", "reason", "answered_at", "attempt", "uetr"}
            kept = {name: old[name] for name in old if name not in changing}
            demand(kept.items() <= item.items(), "an order never changes", change)
            if item["attempt"] != old["attempt"]:
                anew = (item["attempt"], item["answer"]) == (old["attempt"] + 1, "")
                demand(anew and old["answer"] == "rejected", "what was rejected is ordered anew",
                       change)  # fmt: skip
            else:
                demand(not old["answer"], "the first answer to an order stands", change)
                demand(item["answer"] in self._bank.said(item["uetr"]),
                       "only the bank answers an order", change)  # fmt: skip
        else:
            demand(not item["answer"], "only the bank answers an order", change)
        self.orders[window][change.sk] = item

    # Windows.

    def _window(self, change: "Change", changes: Sequence["Change"]) -> None:
        old, new, pk = change.old, change.item, change.pk
        self.kept[pk] = new
        demand(new["status"] == new["history"][-1]["status"], "a status has its step", change)
        if old is None:
            demand((new["status"], new["version"], new["round"]) == ("OPEN", 1, 1),
                   "a window begins open", change)  # fmt: skip
            demand(pk in self.unsettled, "a window that is not settled can be found", change)
            return
        demand(new["version"] == old["version"] + 1, "sequences are dense", change)
        before, steps = len(old["history"]), len(new["history"]) - len(old["history"])
        demand(new["history"][:before] == old["history"] and steps in (0, 1),
               "history never changes", change)  # fmt: skip
        sealed = steps == 1 and old["status"] == "OPEN"
        changed = {name for name in old["facts"] if old["facts"][name] != new["facts"][name]}
        demand(changed <= (set(_BOUNDS) if sealed else set()), "a window's facts never change",
               f"{change}: {changed}")  # fmt: skip
        late = steps == 1 and new["status"] == "CLOSED" and not sealed
        demand(new["round"] == old["round"] + late, "a round follows on a late member", change)
        if steps:
            demand(new["status"] in ROADS[old["status"]], "a window walks on its roads",
                   f"{change}: {old['status']} to {new['status']}")  # fmt: skip
            self._reached(change, changes)
        gone = any(each.pk == "unsettled" and each.new is None for each in changes)
        demand(gone == (new["status"] == "SETTLED"), "a window that is not settled can be found",
               change)  # fmt: skip

    def _reached(self, change: "Change", changes: Sequence["Change"]) -> None:
        new, pk = change.item, change.pk
        status, key = new["status"], (change.pk, new["round"])
        if status == "COMPUTED":
            demand(len(self._parts[key]) == PARTS and key in self._totals,
                   "a computed window has its parts", change)  # fmt: skip
        elif status == "INSTRUCTED" and pk not in self.counted:
            self._leaves(pk, new)
        elif status in ("CONFIRMED", "REJECTED", "PART_FAILED"):
            answers = {each["answer"] for each in self._ordered(pk)}
            wanted = {"CONFIRMED": ({"confirmed"}, set()), "REJECTED": ({"rejected"},),
                      "PART_FAILED": ({"confirmed", "rejected"},)}[status]  # fmt: skip
            demand(answers in wanted, "a window comes to what the bank has said",
                   f"{change}: {status} with {answers}")  # fmt: skip
        if any(each.table == "IdempotencyTable" for each in changes):
            demand(new["history"][-1]["by"] != "settlement", "every change says who, when and why",
                   change)  # fmt: skip

    def _ordered(self, pk: str) -> list[Plain]:
        """The orders of a window that count."""
        prefix = f"{self.kept[pk]['round']:04d}#"
        return [item for sk, item in self.orders[pk].items() if sk.startswith(prefix)]

    def _leaves(self, pk: str, new: Plain) -> None:
        """From here on it is what it is: its members, positions, hash and orders are right."""
        key, facts, tenant = (pk, new["round"]), new["facts"], pk.partition("#")[0]
        names = [name for part in self._parts[key].values() for name in _names(part["names"])]
        found = {sk: item for sk, item in self.members[pk].items() if _name(sk) in set(names)}
        demand(len(found) == len(names) == new["count"], "who counts in a window has joined it",
               f"{pk}: {len(names)} of {sorted(self.members[pk])}")  # fmt: skip
        for sk, item in found.items():
            demand(facts["opens_at"] <= item["counted_at"] < facts["closes_at"],
                   "a member counts in the window of its instant", f"{pk} {sk}")  # fmt: skip
            demand("later" not in item and (tenant, sk) not in self._where,
                   "a member counts in one window", f"{pk} {sk}")  # fmt: skip
            self._where[tenant, sk] = pk
        self.counted[pk] = found
        netted = positions(found.values())
        told = {name: (out, into) for name, out, into in self._totals[key]["positions"]}
        demand(told == netted, "positions are the sums over members", f"{pk}: {told}, {netted}")
        demand(new["hash"] == window_hash(facts, new["mode"], found, netted),
               "a window's hash is that of its members", pk)  # fmt: skip
        wanted = {order for order in (_net_order(netted),) if order}
        ordered = [(each["debtor"], each["creditor"], each["amount"]) for each in self._ordered(pk)]
        right = set(ordered) == wanted and len(ordered) == len(wanted)
        demand(right, "our position is ordered, and nothing else", f"{pk}: {ordered}, {wanted}")

    # Money.

    def _move(self, change: "Change", pk: str, own: Sequence["Change"]) -> None:
        """A transfer that settles: it is due, has its own id, and moves what it must, once."""
        window, item = self.kept.get(pk, {}), change.item
        beside = [each for each in own if each.pk == pk and each.sk == "window"]
        demand(beside and window["status"] == "CONFIRMED"
               and (beside[0].old or {})["status"] == "CONFIRMED",
               "nothing is posted before the bank has confirmed", change)  # fmt: skip
        for order in self._ordered(pk):
            demand("confirmed" in self._bank.said(order["uetr"]),
                   "nothing is posted before the bank has confirmed", change)  # fmt: skip
        due, (tenant, _, name) = self._due(pk), change.pk.partition("#")
        cause = next((each for each in due if derive("tr", tenant, pk.partition("#")[2],
                      "settlement", each) == name), None)  # fmt: skip
        demand(cause is not None, "a settlement's transfer derives from what it moves", change)
        if cause is not None:
            signed = {leg["account"]: leg["amount"] * (1 if leg["side"] == "debit" else -1)
                      for leg in item["legs"]}  # fmt: skip
            demand(signed == due[cause], "settlement moves what the window comes to",
                   f"{change}: {signed}, not {due[cause]}")  # fmt: skip
            self._moved[pk][cause] = next(iter(due[cause].values()))

    def _due(self, pk: str) -> dict[str, dict[str, int]]:
        """By its cause, what each transfer of a window moves: debits are positive."""
        facts, window = self.kept[pk]["facts"], pk.partition("#")[2]
        settlement, nostro = (
            house_account_id(name, currency=facts["currency"], cause=window, at=facts["opens_at"])
            for name in ("settlement", "nostro")
        )
        sums = held(self.counted[pk].values())
        found = {name: {name: sums[name], settlement: -sums[name]} for name in sums if sums[name]}
        for sk, order in self.orders[pk].items():
            if sk.startswith(f"{self.kept[pk]['round']:04d}#"):
                amount = order["amount"] * (1 if order["debtor"] == OURS else -1)
                found[sk.partition("#")[2]] = {settlement: amount, nostro: -amount}
        return found

    def _all_moved(self, change: "Change") -> None:
        """Nothing of a settled window is in transit, and nothing on the settlement account."""
        if change.old is None or change.old["status"] == "SETTLED":
            return
        due, moved = self._due(change.pk), self._moved[change.pk]
        demand(due.keys() == moved.keys(), "a settled window has moved what was due",
               f"{change}: {moved}, not {due}")  # fmt: skip
        sums: dict[str, int] = {}
        for legs in due.values():
            for account, amount in legs.items():
                sums[account] = sums.get(account, 0) + amount
        left = [name for name, amount in sums.items() if amount and ".settlement." in name]
        demand(not left, "nothing of a settled window stays on the settlement account", sums)

    def _caps(self, changes: Sequence["Change"]) -> None:
        """Room moves between the shards of a cap, and their limits sum to what was asked for."""
        before, touched = dict(self._limits), set[str]()
        for change in changes:
            if change.table == "LedgerTable" and "#house.in_transit." in change.pk:
                limit = change.item.get("limit")
                aside = change.item.get("aside", 0)
                self._limits[change.pk] = None if limit is None else limit + aside
                touched.add(change.pk.rpartition(".")[0])
        if any(change.table == "IdempotencyTable" for change in changes):
            return
        for house in touched:
            told = [_limit(house, each) for each in (before, self._limits)]
            demand(told[0] == told[1], "a cap stays what it is", f"{house}: {told}")

    def _funded(self, change: "Change", own: Sequence["Change"]) -> None:
        reached = [each.item["history"][-1]["status"] for each in own if each.sk == "window"]
        demand(reached == ["COMPUTED"], "a window that is short is funded", change)
        accounts = sorted(leg["account"].split(".")[1] for leg in change.item["legs"])
        demand(accounts == ["external", "nostro"], "a window that is short is funded", change)


def held(members: Iterable[Plain]) -> dict[str, int]:
    """What some members have on each account in transit: what we owe, less what we are owed."""
    found: dict[str, int] = {}
    for each in members:
        signed = each["amount"] if each["payer"] == OURS else -each["amount"]
        found[each["held_on"]] = found.get(each["held_on"], 0) + signed
    return found


def positions(members: Iterable[Plain]) -> dict[str, tuple[int, int]]:
    """What each bank owes, and is owed."""
    found: dict[str, tuple[int, int]] = {}
    for each in members:
        (out, into), amount = found.get(each["payer"], (0, 0)), each["amount"]
        found[each["payer"]] = out + amount, into
        out, into = found.get(each["payee"], (0, 0))
        found[each["payee"]] = out, into + amount
    return found


def window_hash(
    facts: Plain, mode: str, members: Mapping[str, Plain], netted: Mapping[str, tuple[int, int]]
) -> str:
    """The hash over a window's facts, its parts and its positions."""
    parts: list[list[Plain]] = [[] for _ in range(PARTS)]
    for name in sorted(members):
        terms = {"id": name} | {each: members[name][each] for each in _TERMS[1:]}
        terms["is_void"] = members[name].get("is_void", False)
        parts[hashlib.sha256(name.encode()).digest()[0] % PARTS].append(terms)
    content = {
        "window": facts,
        "mode": mode,
        "parts": [[len(each), _hash(each)] for each in parts],
        "positions": [
            {"participant": name, "currency": facts["currency"], "debits": out, "credits": into}
            for name, (out, into) in sorted(netted.items())
        ],
    }
    return _hash(content)


def _limit(house: str, limits: Mapping[str, int | None]) -> int:
    """What the limits of a house account's shards sum to."""
    return sum(each or 0 for pk, each in limits.items() if pk.rpartition(".")[0] == house)


def _hash(content: object) -> str:
    return fingerprint(canonical_json(content).encode())


def _net_order(netted: Mapping[str, tuple[int, int]]) -> tuple[str, str, int] | None:
    out, into = netted.get(OURS, (0, 0))
    if out == into:
        return None
    return (OURS, AGENT, out - into) if out > into else (AGENT, OURS, into - out)


def _name(member: str) -> bytes:
    return hashlib.sha256(b"member" + member.encode()).digest()[:16]


def _names(packed: bytes) -> list[bytes]:
    return [packed[start : start + 16] for start in range(0, len(packed), 16)]
