"""What must hold of settlement windows in the end: each member in one, the bank and books agree."""

from typing import TYPE_CHECKING, Any

from tests.simulation.bank import TORN
from tests.simulation.books import demand, total
from tests.simulation.callers import Asked, Crowd
from tests.simulation.invariants import Watch
from tests.simulation.invariants_settlement import LEFT, OURS, Plain

if TYPE_CHECKING:
    from tests.simulation.world import World

_THEIRS = "ABNANL2AXXX"
_OVER_CAP = "AM23"


class Settled:
    """Holds windows as they are against payments, the bank, and what was answered."""

    def __init__(self, world: "World", crowd: Crowd, watch: Watch) -> None:
        self._world, self._crowd, self._watch = world, crowd, watch
        self._windows, self._bank = watch.windows, world.scheme.bank

    def hold(self) -> None:
        """Raise `Violation` at the first thing that is not as it must be."""
        self._ended()
        self._membership()
        for order in self._bank.orders.values():
            pks = [pk for pk in self._windows.kept if pk.partition("#")[2] == order.window]
            demand(pks, "what is ordered is a window's", order)
        for pk in self._windows.kept:
            self._agrees(pk)
            self._verified(pk)
        self._called()
        self._capped()
        for asked in self._crowd.asked.values():
            if asked.reply.status < 300 and asked.act.verb in ("shut", "fund"):
                getattr(self, f"_{asked.act.verb}")(asked)

    def _ended(self) -> None:
        """Every window whose end has come is settled, but for those the bank is silent about."""
        executions = self._world.fabric.executions
        demand(not executions.failed, "no machine stands still", executions.failed)
        queues = self._world.fabric.queues
        left = [name for name in ("MembersQueue", "ConfirmationsQueue")
                if queues[name].waiting or queues[name].dead]  # fmt: skip
        demand(not left, "queues run empty", left)
        silent = set()
        for pk, item in self._windows.kept.items():
            demand((pk in self._windows.unsettled) == (item["status"] != "SETTLED"),
                   "a window that is not settled can be found", pk)  # fmt: skip
            if item["status"] == "SETTLED":
                continue
            told = f"{pk} is {item['status']}, {item['history']}, waits for {item['waits']!r}"
            mute = [each for each in self._orders(pk) if not each.said]
            demand(mute and item["status"] == "INSTRUCTED" and item["waits"] == "person",
                   "every window is settled, or waits for a person", told)  # fmt: skip
            silent.add(pk.partition("#")[2])
        waiting = [name for name, ending in executions.endings().items() if not ending]
        told = f"{waiting} wait for {silent}"
        demand({name.partition("-")[0] for name in waiting} == silent,
               "no machine waits for what has happened", told)  # fmt: skip
        demand(executions.tokens.waiting == len(waiting), "every machine waits for somebody", told)

    def _orders(self, pk: str) -> list[Any]:
        """What the bank has been ordered for a window, oldest first."""
        window = pk.partition("#")[2]
        return [each for each in self._bank.orders.values() if each.window == window]

    def _membership(self) -> None:
        """Each accepted payment and each return counts in one window, as what it is."""
        wanted: dict[tuple[str, str], tuple[str, str, int]] = {}
        for pk, payment in self._watch.transit.payments.items():
            tenant, _, name = pk.partition("#")
            if "completed" in [step["status"] for step in payment["history"]]:
                wanted[tenant, name] = (OURS, _THEIRS, payment["amount"])
                for back in payment.get("returns", ()):
                    wanted[tenant, back["id"]] = (_THEIRS, OURS, back["amount"])
        found: dict[tuple[str, str], Plain] = {}
        for pk, members in self._windows.counted.items():
            for name, item in members.items():
                found[pk.partition("#")[0], name] = item
        told = {key: (item["payer"], item["payee"], item["amount"]) for key, item in found.items()}
        demand(told == wanted, "each accepted payment and return counts in one window",
               f"{told}, not {wanted}")  # fmt: skip
        for pk, put in self._windows.members.items():
            counted = self._windows.counted.get(pk, {})
            for name, item in put.items():
                demand(name not in counted or "later" not in item,
                       "a member says where it counts", f"{pk} {name}")  # fmt: skip

    def _agrees(self, pk: str) -> None:
        """What the bank has paid for a window is what is booked of it."""
        status, orders = self._windows.kept[pk]["status"], self._orders(pk)
        if any(each.manner in TORN for each in orders):
            return
        paid = [each for each in orders if each.decision == "confirmed"]
        told = f"{pk} is {status}: {orders}"
        owed = sum(each["amount"] * (1 if each["payer"] == OURS else -1)
                   for each in self._windows.counted.get(pk, {}).values())  # fmt: skip
        booked = owed if status == "SETTLED" else 0
        moved = sum(each.amount * (1 if each.debtor == OURS else -1) for each in paid)
        demand(moved == booked, "the bank and the books agree", told)
        demand(len(paid) <= 1, "no window is paid twice", told)

    def _verified(self, pk: str) -> None:
        """The product's own verification finds nothing."""
        tenant, _, window = pk.partition("#")
        scheduler = self._world.scheduler
        task = self._world.fabric.invoke("settlement/verify", {"tenant": tenant, "id": window})
        while not task.over:
            scheduler.step()
        found = task.outcome.value if task.outcome else None
        item = self._windows.kept[pk]
        right = isinstance(found, dict) and found["right"]
        demand(right, "the window's verification finds nothing", f"{pk}: {found}")
        demand(found["hash"] == (item["hash"] or None), "what is read is true", found)

    def _called(self) -> None:
        """A person is called when the bank contradicts itself, or says nothing."""
        counted, orders = self._world.counted, self._bank.orders.values()
        contradicted = any(len(set(each.said)) > 1 for each in orders)
        demand(counted["SettlementContradicted"] or not contradicted,
               "a person is called when a bank contradicts itself", list(orders))  # fmt: skip
        silent = any(not each.said for each in orders)
        demand(counted["SettlementUnanswered"] or not silent,
               "a person is called when a bank is silent", list(orders))  # fmt: skip

    def _capped(self) -> None:
        """Nothing is declined for a cap that nobody has set."""
        over = [pk for pk, item in self._watch.transit.payments.items()
                if item["history"][-1].get("reason") == _OVER_CAP]  # fmt: skip
        set_ = [asked.act.name for asked in self._crowd.asked.values() if asked.act.verb == "cap"]
        demand(set_ or not over, "only a cap declines for a cap", over)

    # Answers by verb: what 2xx promised.

    def _shut(self, asked: Asked) -> None:
        pk = f"{asked.act.tenant}#{asked.reply.body['id']}"
        item = self._windows.kept.get(pk, {"status": "none"})
        demand(item["status"] in LEFT, "an acknowledged command is never lost",
               f"{asked.act.name}: {item}")  # fmt: skip

    def _fund(self, asked: Asked) -> None:
        amounts = [total(item) for item in self._watch.books.transfers.values()
                   if item["why"].startswith("funding ")]  # fmt: skip
        demand(asked.request.body["amount"] in amounts, "an acknowledged command is never lost",
               asked.act.name)  # fmt: skip
