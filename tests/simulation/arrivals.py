"""Payments of other banks to our accounts: what the scheme sends, and what must come of each.

Each is credited once or not at all, and answered the same however often it is asked about.
"""

from collections import Counter, defaultdict
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
    """A payment of another bank; `answers` are the statuses that we have sent for it."""

    uetr: str
    account: str | None
    amount: int
    answers: list[str] = field(default_factory=list)


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


class Arrivals:
    """What has come in, as our records have told of it so far."""

    def __init__(self) -> None:
        self.payments: dict[str, Plain] = {}
        self.credited: defaultdict[str, list[Plain]] = defaultdict(list)

    def commit(self, changes: Sequence["Change"]) -> None:
        """Judge one commit, and remember it."""
        moved = [each for each in changes if each.table == "LedgerTable" and each.sk == "transfer"
                 and each.item["why"].partition(" ")[0] == "credit"]  # fmt: skip
        came = {each.pk.partition("#")[2]: each for each in changes if each.sk == "incoming"}
        for each in came.values():
            self._incoming(each)
        for each in moved:
            name = each.item["why"].partition(" ")[2]
            change = came.get(name)
            demand(change and change.item["status"] == "credited",
                   "money moves with its payment's status", each)  # fmt: skip
            if change:
                self._legs(each, change.item, name)
            self.credited[name].append(each.item)
            demand(len(self.credited[name]) == 1, "what comes in is credited once", each)
        for name, each in came.items():
            new = each.old is None or each.old["status"] != each.item["status"]
            wanted = each.item["status"] == "credited" and new
            demand(wanted == any(one.item["why"].endswith(name) for one in moved),
                   "money moves with its payment's status", each)  # fmt: skip

    def _incoming(self, change: "Change") -> None:
        demand(change.new, "history never changes", change)
        old, new = change.old, change.item
        told = str(new)
        demand(CREDITOR not in told and IBAN not in told, "what is secret is stored sealed", change)
        if old is not None:
            roads = {"received": {"received", "credited", "rejected"}}
            allowed = roads.get(old["status"], {old["status"]})
            demand(new["status"] in allowed, "a payment walks on its roads", change)
        self.payments[change.pk] = new

    @staticmethod
    def _legs(change: "Change", payment: Plain, name: str) -> None:
        legs = {leg["side"]: leg["account"] for leg in change.item["legs"]}
        transit = house_account_id("in_transit", currency="EUR", cause=name, at=payment["at"])
        wanted = {"debit": transit, "credit": payment["account"]}
        demand(legs == wanted and total(change.item) == payment["amount"],
               "money moves as the payment says", f"{change}: {legs}")  # fmt: skip

    def agree(self, world: "World") -> None:
        """The scheme's view of each is ours: one answer, and the money only with a yes."""
        by_uetr = {item["uetr"]: item for item in self.payments.values()}
        demand(by_uetr.keys() == world.scheme.arrivals.keys(), "what came is on record", by_uetr)
        made = Counter[str]()
        for uetr, arrival in world.scheme.arrivals.items():
            item = by_uetr[uetr]
            wanted = {"credited": "ACCP", "rejected": "RJCT"}.get(item["status"])
            told = f"{arrival} is {item['status']}"
            demand(set(arrival.answers) == {wanted}, "the scheme is answered, and the same", told)
            if arrival.account is None:
                demand(item["status"] == "rejected", "what is nobody's is rejected", told)
            made[item["status"]] += 1
        count = sum(len(each) for each in self.credited.values())
        demand(count == made["credited"], "what comes in is credited once", made)
