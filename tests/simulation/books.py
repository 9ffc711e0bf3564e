"""What must hold of the ledger after every commit, judged by the records alone: no product code.

Accounts' chains, transfers, holds and their ends, reversals, days, and the marks of the sweep.
"""

from collections import Counter, defaultdict
from collections.abc import Mapping, Sequence
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any

from remit.ledger.chart import house_account_id
from tests.simulation.scheduler import Violation

if TYPE_CHECKING:
    from tests.simulation.invariants import Change

Plain = dict[str, Any]
COUNTERS = ("debits_pending", "debits_posted", "credits_pending", "credits_posted")
RULES = ("floor", "limit", "frozen", "closed")
_ORDER = {"transfer": 0, "resolution": 1}
_CAUSES = {
    "reserve": " {0}",
    "release": " {0}",
    "return": " {0} {1}",
    "credit": " {0}",
    "take_back": " {0}",
    "give_back": " {0}",
    "settlement": " {0} {1}",
    "funding": " {0} {1}",
}
"""What, beside the payment, is the cause of a transfer that a rail's road or settlement makes."""
_MAY_OWE = ("external", "nostro", "settlement", "in_transit", "suspense")
"""What comes in, or comes back of what was settled, stands in transit on the other side; suspense
stands in for an account that cannot give back what its scheme has disowned."""
_ANSWERED = ("deposit", "transfer", "hold", "reversal", "funding")
_AFTER = {None: {"CUTOFF"}, "CUTOFF": {"CUTOFF", "TIED_OUT"}, "TIED_OUT": {"LOCKED"}}


def demand(holds: object, rule: str, detail: object) -> None:
    """Raise `Violation` unless `holds`."""
    if not holds:
        raise Violation(rule, str(detail))


def total(transfer: Plain) -> int:
    """What all debits of a transfer come to."""
    return sum(leg["amount"] for leg in transfer["legs"] if leg["side"] == "debit")


class Books:
    """The ledger as its records have told it so far, by partition key."""

    def __init__(self) -> None:
        self.accounts: dict[str, Plain] = {}
        self.openings: dict[str, Plain] = {}
        self.ruled: defaultdict[str, list[Plain]] = defaultdict(list)
        self.transfers: dict[str, Plain] = {}
        self.by_reference: Counter[str] = Counter()
        self.ends: dict[str, Plain] = {}
        self.reversals: dict[str, list[Plain]] = {}
        self.days: dict[str, Plain] = {}
        self.day_ends: dict[str, dict[str, Plain]] = defaultdict(dict)
        self.turned_away = 0
        self._marks = 0

    @property
    def open_holds(self) -> list[str]:
        """The holds that have no end yet."""
        return [
            pk
            for pk, item in self.transfers.items()
            if "expires_at" in item and pk not in self.ends
        ]

    def commit(self, changes: Sequence["Change"], tables: set[str]) -> None:
        """Judge what one commit has put into the ledger; `tables` is all that it touched."""
        found = {(each.pk, each.sk): each for each in changes}
        unexplained = {
            (each.pk, each.item["transfer"]): each for each in changes if "side" in each.item
        }
        for each in changes:
            demand(each.kind == "INSERT", "history never changes", each)
        for each in sorted(changes, key=lambda each: _ORDER.get(each.sk, 2)):
            if each.sk == "transfer":
                self._transfer(each, found, unexplained, tables)
            elif each.sk == "resolution":
                self._end(each, unexplained, tables)
            else:
                self._other(each, found)
        demand(not unexplained, "a transfer and its entries are one commit", list(unexplained))
        self._days_agree(changes)
        for pk in dict.fromkeys(each.pk for each in changes if "side" in each.item):
            self._pending(pk)

    # Transfers.

    def _transfer(
        self,
        change: "Change",
        found: Mapping[tuple[str, str], "Change"],
        unexplained: dict[tuple[str, str], "Change"],
        tables: set[str],
    ) -> None:
        item, (tenant, _, name) = change.item, change.pk.partition("#")
        held = "expires_at" in item
        for leg in item["legs"]:
            amounts = (0, leg["amount"]) if held else (leg["amount"], 0)
            self._explain(f"{tenant}#{leg['account']}", name, leg["side"], amounts, unexplained)
        kind, _, reference = item["why"].partition(" ")
        self._house(change, kind, reference)
        self.transfers[change.pk] = item
        cause = f"{tenant}#{reference}" + _CAUSES.get(kind, "").format(kind, name)
        self.by_reference[cause] += 1
        demand(self.by_reference[cause] == 1, "one effect for one cause", change)
        if kind in _ANSWERED:
            demand("IdempotencyTable" in tables, "an effect and its answer are one commit", change)
        if held:
            minute = datetime.fromtimestamp(item["expires_at"] / 1000, UTC).strftime("%FT%H:%M")
            demand((f"due#{minute}", change.pk) in found, "every hold can be found when it is over",
                   change)  # fmt: skip
            demand(item["expires_at"] > item["at"], "a hold lasts", change)
        if "reverses" in item:
            named = [each.item["transfer"] for (pk, sk), each in found.items()
                     if pk == f"{tenant}#{item['reverses']}" and sk[:9] == "reversal#"]  # fmt: skip
            demand(name in named, "a reversal is recorded with what it reverses", change)

    def _house(self, change: "Change", kind: str, reference: str) -> None:
        item, tenant = change.item, change.pk.partition("#")[0]
        if kind in _CAUSES:
            return  # `invariants_rails` and `…_settlement` say which of the house's those move
        for leg in item["legs"]:
            account = leg["account"]
            if not account.startswith("house."):
                continue
            name, currency = account.split(".")[1:3]
            if kind == "deposit":
                shard = house_account_id(name, currency=currency, cause=reference, at=item["at"])
                demand(account == shard, "a shard derives from its cause", change)
            else:
                original = self.transfers.get(f"{tenant}#{item.get('reverses')}", {"legs": ()})
                touched = {each["account"] for each in original["legs"]}
                demand(account in touched, "nobody moves the house's accounts by hand", change)

    def _explain(
        self,
        pk: str,
        name: str,
        side: str,
        amounts: tuple[int, int],
        unexplained: dict[tuple[str, str], "Change"],
    ) -> None:
        entry = unexplained.pop((pk, name), None)
        item = entry.item if entry else {}
        told = (item.get("side"), item.get("amount"), item.get("held", 0))
        demand(told == (side, *amounts), "a transfer and its entries are one commit",
               f"{name} at {pk}: {told}, not {(side, *amounts)}")  # fmt: skip

    def _end(
        self,
        change: "Change",
        unexplained: dict[tuple[str, str], "Change"],
        tables: set[str],
    ) -> None:
        item, (tenant, _, name) = change.item, change.pk.partition("#")
        held = self.transfers.get(change.pk, {})
        demand("expires_at" in held, "what ends was held", change)
        demand(change.pk not in self.ends, "a hold ends once", change)
        outcome, amount, whole = item["outcome"], item["amount"], total(held)
        over = item["at"] >= held["expires_at"]
        demand(over == (outcome == "expired"), "nothing is posted once it is over",
               f"{change}: {outcome} at {item['at']}, {held['expires_at']}")  # fmt: skip
        fits = 0 < amount <= whole if outcome == "posted" else amount == 0
        demand(fits, "no more is posted than is held", f"{change}: {amount} of {whole}")
        if outcome != "expired":
            demand("IdempotencyTable" in tables, "an effect and its answer are one commit", change)
        for leg in held["legs"]:
            part = leg["amount"] if amount == whole else amount
            amounts = (part, -leg["amount"])
            self._explain(f"{tenant}#{leg['account']}", name, leg["side"], amounts, unexplained)
        self.ends[change.pk] = item

    def posted(self, pk: str) -> int:
        """How much of a transfer has been booked."""
        item = self.transfers[pk]
        if "expires_at" not in item:
            return total(item)
        return self.ends[pk]["amount"] if pk in self.ends else 0

    # Everything else.

    def _other(self, change: "Change", found: Mapping[tuple[str, str], "Change"]) -> None:
        pk, sk = change.pk, change.sk
        if sk.startswith("reversal#"):
            self._reversal(change, found)
        elif pk == "due#swept":
            demand(int(sk) == self._marks + 1, "sequences are dense", change)
            self._marks += 1
        elif pk.startswith("due#"):
            demand((sk, "transfer") in found, "a line is put with its hold", change)
        elif pk.endswith("#accounts"):
            opening = (f"{pk[:-8]}{sk}", "000000000000")
            demand(opening in found, "accounts are listed", change)
        elif sk == "number":
            holder = (f"{change.item['tenant']}#{change.item['account']}", "000000000000")
            demand(holder in found, "a number is given with its account", change)
        elif "#days#" in pk:
            self._day(change)
        else:
            self._record(change)

    def _reversal(self, change: "Change", found: Mapping[tuple[str, str], "Change"]) -> None:
        item, (tenant, _, name) = change.item, change.pk.partition("#")
        known = self.reversals.setdefault(change.pk, [])
        demand(change.sk == f"reversal#{len(known) + 1:06d}", "sequences are dense", change)
        back = found.get((f"{tenant}#{item['transfer']}", "transfer"))
        demand(back and back.item.get("reverses") == name and total(back.item) == item["amount"],
               "a reversal is recorded with what it reverses", change)  # fmt: skip
        known.append(item)
        taken = sum(each["amount"] for each in known)
        demand(item["total"] == taken <= self.posted(change.pk),
               "no more is taken back than was posted", change)  # fmt: skip

    def _record(self, change: "Change") -> None:
        """One record of an account's chain."""
        item, before, number = change.item, self.accounts.get(change.pk), int(change.sk)
        if number == 0:
            demand(before is None, "an account is opened once", change)
            self.openings[change.pk] = item
        else:
            start: Plain = {**dict.fromkeys((*COUNTERS, "number", "at"), 0), "day": ""}
            self._follows(change, before or start)
        tenant = change.pk.partition("#")[0]
        closed = self.days.get(f"{tenant}#days#{item['currency']}", {})
        if "side" in item and closed.get("complete"):
            demand(item["day"] > closed["day"], "a day that is over gains no entry", change)
        state = {name: item[name] for name in (*COUNTERS, "at", "day", "currency")}
        rules = {name: item[name] for name in RULES if name in item}
        self.accounts[change.pk] = state | rules | {"number": number}
        self.day_ends[change.pk][item["day"]] = state
        house = change.pk.partition("#house.")[2].partition(".")[0] in _MAY_OWE
        demand(bool(item["may_overdraw"]) == ("#house." in change.pk), "only the house may owe",
               change)  # fmt: skip
        held = item["credits_posted"] - item["debits_posted"] - item["debits_pending"]
        fell = before is None or held < available(before)
        least = item.get("floor", 0)
        demand(house or held >= least or not fell, "no account goes below zero", change)

    def _follows(self, change: "Change", before: Plain) -> None:
        item = change.item
        demand(int(change.sk) == before["number"] + 1, "sequences are dense", change)
        demand(item["at"] >= before["at"] and item["day"] >= before["day"],
               "time never runs backwards in a chain", change)  # fmt: skip
        more = dict.fromkeys(COUNTERS, 0)
        if "side" in item:
            more[f"{item['side']}s_posted"] += item["amount"]
            more[f"{item['side']}s_pending"] += item.get("held", 0)
            owed = "limit" if item.get("owed") and "#house." in change.pk else ""
            for name in set(RULES) - {owed}:
                demand(item.get(name) == before.get(name), "a rule changes by a rule", change)
            self._allowed(change, before)
        else:
            self._ruled(change, before)
        for name in COUNTERS:
            demand(item[name] == before[name] + more[name],
                   "a balance is the sum of its entries", change)  # fmt: skip

    def _allowed(self, change: "Change", before: Plain) -> None:
        """What the account's rules, as they were, say to an entry."""
        item, side = change.item, f"{change.item['side']}s"
        demand(not before.get("closed"), "nothing is booked on a closed account", change)
        if item.get("held", 0) >= 0:
            frozen = before.get("frozen", "none")
            demand(frozen not in (side, "both"), "nothing is booked on a frozen account", change)
        limit, least = before.get("limit"), expected(before)
        if limit is not None and expected(item) > least and not item.get("owed"):
            demand(expected(item) <= limit, "no account goes above its limit", change)

    def _ruled(self, change: "Change", before: Plain) -> None:
        item, why = change.item, change.item["why"].partition(" ")[0]
        capped = "#house.in_transit." in change.pk and why in ("limit", "room")
        demand(why in ("rules", "day_ended") or capped, "a record says what it is", change)
        if why == "rules":
            demand(not before.get("closed"), "an account is closed for ever", change)
            empty = not any(item[name] for name in COUNTERS if "pending" in name)
            demand(not item.get("closed") or (empty and item["credits_posted"] ==
                   item["debits_posted"]), "only what is empty is closed", change)  # fmt: skip
            self.ruled[change.pk].append({name: item.get(name) for name in RULES})
            self.turned_away += item["why"] == "rules customer rejected"

    def _pending(self, pk: str) -> None:
        """The pending counters are what the open holds hold."""
        tenant, _, name = pk.partition("#")
        held = dict.fromkeys(("debits_pending", "credits_pending"), 0)
        for hold in self.open_holds:
            if hold.partition("#")[0] == tenant:
                for leg in self.transfers[hold]["legs"]:
                    if leg["account"] == name:
                        held[f"{leg['side']}s_pending"] += leg["amount"]
        told = {counter: self.accounts[pk][counter] for counter in held}
        demand(told == held, "what is pending is what is held", f"{pk}: {told}, not {held}")

    # Days.

    def _days_agree(self, changes: Sequence["Change"]) -> None:
        days: dict[tuple[str, str], str] = {}
        for each in changes:
            if "side" in each.item:
                mover = each.pk.partition("#")[0], each.item["transfer"]
                day = days.setdefault(mover, each.item["day"])
                demand(day == each.item["day"], "all sides of a transfer have one day", each)

    def _day(self, change: "Change") -> None:
        item, before = change.item, self.days.get(change.pk)
        demand(int(change.sk) == (before["number"] if before else 0) + 1, "sequences are dense",
               change)  # fmt: skip
        same = before is not None and before["day"] == item["day"]
        demand(same or before is None or (before["status"] == "LOCKED" and
               before["day"] < item["day"]), "days are closed in order", change)  # fmt: skip
        status = before["status"] if before and same else None
        demand(item["status"] in _AFTER.get(status, ()), "a day is tied out before it is locked",
               f"{change}: {status} to {item['status']}")  # fmt: skip
        self.days[change.pk] = {**item, "complete": item.get("complete", True)} | {
            "number": int(change.sk)
        }
        if item["status"] != "CUTOFF":
            self._tied_out(change)

    def _tied_out(self, change: "Change") -> None:
        """What was summed up is what the accounts held at the end of the day."""
        item, (tenant, _, rest) = change.item, change.pk.partition("#")
        sums, count = dict.fromkeys(COUNTERS, 0), 0
        for pk, ends in self.day_ends.items():
            days = [day for day in ends if day <= item["day"]]
            if pk.partition("#")[0] != tenant or not days:
                continue
            state = ends[max(days)]
            if state["currency"] == rest.removeprefix("days#"):
                count += 1
                sums = {name: sums[name] + state[name] for name in COUNTERS}
        told = {name: item[name] for name in COUNTERS}
        demand((told, item["accounts"]) == (sums, count), "a day is tied out with what there was",
               f"{change}: {told} of {item['accounts']}, not {sums} of {count}")  # fmt: skip
        demand(told["debits_posted"] == told["credits_posted"]
               and told["debits_pending"] == told["credits_pending"],
               "a locked day balances", change)  # fmt: skip


def available(state: Plain) -> int:
    """What may be spent of it."""
    return int(state["credits_posted"] - state["debits_posted"] - state["debits_pending"])


def expected(state: Plain) -> int:
    """What there will be when everything has come in."""
    return int(state["credits_posted"] - state["debits_posted"] + state["credits_pending"])
