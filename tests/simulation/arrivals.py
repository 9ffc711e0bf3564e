"""Payments of other banks to our accounts: what the scheme sends, and what must come of each.

Each is credited once or not at all, and answered the same however often it is asked about.
"""

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from remit.kernel.money import Money
from remit.ledger.chart import house_account_id
from remit.ledger.numbers import iban_of
from remit.rails.iso20022.references import uetr as named
from remit.rails.outgoing import Outgoing, Side, transfer
from remit.store.item import decode_item
from tests.simulation.books import demand, total
from tests.simulation.privacy import CREDITOR, IBAN

if TYPE_CHECKING:
    from tests.simulation.invariants import Change
    from tests.simulation.world import World

Plain = dict[str, Any]
NOBODYS = "DE89370400440532013000"


@dataclass
class Arrival:
    """A payment of another bank; `answers` are the statuses that we have sent for it.

    `decision` is what its scheme takes it to be: accepted once it has heard our yes in time, and
    rejected by our no, by its own time-out, or by whatever else makes it disown our yes.
    """

    uetr: str
    account: str | None
    amount: int
    answers: list[str] = field(default_factory=list)
    decision: str = ""


def build(world: "World", name: str, tenant: str, account: str | None, amount: int) -> Any:
    """The payment and its message; to an account that nobody has, where `account` is None."""
    to = _iban(world, tenant, account) if account else NOBODYS
    arrival = Arrival(named("arrival", tenant, name), account and f"{tenant}#{account}", amount)
    told = Outgoing(
        rail="sct_inst",
        uetr=arrival.uetr,
        amount=Money(amount=amount, currency="EUR"),
        accepted_at=world.true_time(),
        debtor=Side(name=CREDITOR, iban=IBAN, bic="ABNANL2AXXX"),
        creditor=Side(name="A Customer", iban=to, bic="REMIDEFFXXX"),
    )
    return arrival, transfer(told)


def _iban(world: "World", tenant: str, account: str) -> str:
    key = {"pk": {"S": f"{tenant}#{account}"}, "sk": {"S": "000000000000"}}
    asked = {"TableName": "LedgerTable", "Key": key, "ConsistentRead": True}
    opening = world.database.call("get_item", asked)["Item"]
    return iban_of(account, decode_item(opening)) or NOBODYS


ROADS = {
    "received": {"received", "credited", "rejected"},
    "credited": {"credited", "reversed"},
}
MOVED = {"credit": "credited", "take_back": "reversed"}
"""The kinds of the transfers of payments that came in, and the status that each goes with."""


class Arrivals:
    """What has come in, as our records have told of it so far."""

    def __init__(self) -> None:
        self.payments: dict[str, Plain] = {}
        self.moved: defaultdict[str, list[tuple[str, Plain]]] = defaultdict(list)
        self._disowned: set[str] = set()

    def commit(self, changes: Sequence["Change"]) -> None:
        """Judge one commit, and remember it."""
        self._disowned |= {
            fact["payment"]
            for each in changes
            if each.table == "RailsTable"
            for fact in each.item["facts"]
            if fact["meaning"] == "rejected" and "payment" in fact
        }
        moved = [each for each in changes if each.table == "LedgerTable" and each.sk == "transfer"
                 and _kind(each) in MOVED]  # fmt: skip
        came = {each.pk.partition("#")[2]: each for each in changes if each.sk == "incoming"}
        for each in came.values():
            self._incoming(each)
        for each in moved:
            name, kind = each.item["why"].partition(" ")[2], _kind(each)
            change = came.get(name)
            demand(change and change.item["status"] == MOVED[kind],
                   "money moves with its payment's status", each)  # fmt: skip
            if change:
                self._legs(each, change.item, name)
            self.moved[name].append((kind, each.item))
            kinds = [kind for kind, _ in self.moved[name]]
            demand(kinds in (["credit"], ["credit", "take_back"]),
                   "what comes in is credited once", f"{each}: {kinds}")  # fmt: skip
        for name, each in came.items():
            new = each.old is None or each.old["status"] != each.item["status"]
            wanted = each.item["status"] in MOVED.values() and new
            demand(wanted == any(one.item["why"].endswith(name) for one in moved),
                   "money moves with its payment's status", each)  # fmt: skip

    def _incoming(self, change: "Change") -> None:
        demand(change.new, "history never changes", change)
        old, new = change.old, change.item
        told, name = str(new), change.pk.partition("#")[2]
        demand(CREDITOR not in told and IBAN not in told, "what is secret is stored sealed", change)
        self.payments[change.pk] = new
        if old is None:
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
        step = new["history"][-1]
        if new["status"] == "credited":
            demand(step["at"] <= new["deadline"], "nothing is credited after its time", change)
        if new["status"] == "reversed":
            demand(name in self._disowned, "only the rail takes a credit back", change)

    @staticmethod
    def _legs(change: "Change", payment: Plain, name: str) -> None:
        legs = {leg["side"]: leg["account"] for leg in change.item["legs"]}
        transit, suspense = (
            house_account_id(each, currency="EUR", cause=name, at=payment["at"])
            for each in ("in_transit", "suspense")
        )
        allowed = (
            [{"debit": transit, "credit": payment["account"]}]
            if _kind(change) == "credit"
            else [{"debit": each, "credit": transit} for each in (payment["account"], suspense)]
        )
        demand(legs in allowed and total(change.item) == payment["amount"],
               "money moves as the payment says", f"{change}: {legs}")  # fmt: skip

    def in_transit(self) -> dict[tuple[str, str], int]:
        """What lies in transit because of these payments, by tenant and currency."""
        sums: dict[tuple[str, str], int] = defaultdict(int)
        for kind, item in (each for moved in self.moved.values() for each in moved):
            key = (item["pk"].partition("#")[0], item["currency"])
            sums[key] += -total(item) if kind == "credit" else total(item)
        return sums

    def agree(self, world: "World") -> None:
        """The scheme's view of each is ours: one answer, and the money only with a yes."""
        by_uetr = {item["uetr"]: item for item in self.payments.values()}
        came = world.scheme.arriving.payments
        demand(by_uetr.keys() == came.keys(), "what came is on record", by_uetr)
        demand(len(by_uetr) == len(self.payments), "what comes twice is one payment", by_uetr)
        for uetr, arrival in came.items():
            item = by_uetr[uetr]
            reached = [step["status"] for step in item["history"]]
            told = f"{arrival} is {reached}"
            answer = "ACCP" if "credited" in reached else "RJCT"
            demand(set(arrival.answers) == {answer} and item["answered"],
                   "the scheme is answered, and the same", told)  # fmt: skip
            demand(item["amount"] == arrival.amount, "the first wish stands", told)
            if arrival.account is None:
                demand(item["status"] == "rejected", "what is nobody's is rejected", told)
            wanted = {"credited"} if arrival.decision == "accepted" else {"rejected", "reversed"}
            demand(item["status"] in wanted, "the scheme and the books agree", told)
            kinds = [kind for kind, _ in self.moved[item["pk"].partition("#")[2]]]
            demand(kinds == [kind for kind, status in MOVED.items() if status in reached],
                   "what comes in is credited once", told)  # fmt: skip


_CHANGING = ("status", "history", "answered", "answered_at", "listed")


def _kind(change: "Change") -> str:
    """Which kind of transfer it is."""
    return str(change.item["why"].partition(" ")[0])
