"""What must hold of payments that left the house in the end: the scheme and the books agree."""

import zlib
from typing import TYPE_CHECKING, Any

from remit.vault.model import SUBJECT, context
from tests.simulation.books import demand
from tests.simulation.callers import Asked, Crowd
from tests.simulation.ending_incoming import agree
from tests.simulation.invariants import Watch, plain
from tests.simulation.invariants_rails import Plain
from tests.simulation.scheme import MANNERS, RAIL, Deal

if TYPE_CHECKING:
    from tests.simulation.world import World

_TOO_MUCH = MANNERS[12]


def silent(world: "World", payment: Plain) -> bool:
    """Whether the scheme has not said what became of the payment, and is not going to soon."""
    deal = world.scheme.deals.get(payment["uetr"])
    return deal is not None and (deal.manner.mute or not deal.decision)


def awaited(world: "World", watch: Watch) -> list[str]:
    """The payments that nobody can end but a scheme that does not."""
    return [
        pk
        for pk, payment in watch.transit.payments.items()
        if payment["status"] == "unknown" and silent(world, payment)
    ]


def called(world: "World", watch: Watch) -> None:
    """A person has been called for every payment that the scheme says nothing about."""
    dead = {body["id"] for body in world.fabric.queues["EnquiryQueue"].given_up}
    left = {pk.partition("#")[2] for pk in awaited(world, watch)}
    demand(dead == left, "a person is called when a rail is silent", f"{dead} for {left}")


class Carried:
    """Holds what the scheme made of payments against what the books say of them."""

    def __init__(self, world: "World", crowd: Crowd, watch: Watch) -> None:
        self._world, self._crowd, self._transit = world, crowd, watch.transit
        self._settled = watch.windows.settled
        self._scheme, self._arrivals = world.scheme, watch.arrivals

    def hold(self) -> None:
        """Raise `Violation` at the first thing on which they do not agree."""
        by_uetr = {item["uetr"]: pk for pk, item in self._transit.payments.items()}
        demand(self._scheme.deals.keys() <= by_uetr.keys(), "what is sent is a payment",
               list(self._scheme.deals))  # fmt: skip
        for uetr, pk in by_uetr.items():
            self._agrees(pk, self._transit.payments[pk], self._scheme.deals.get(uetr))
        self._sums()
        self._words()
        agree(self._world, self._arrivals)
        for asked in self._crowd.asked.values():
            if asked.act.verb == "recall" and asked.reply.status < 300:
                self._recalled(asked)

    def _agrees(self, pk: str, payment: Plain, deal: Deal | None) -> None:
        reached = [step["status"] for step in payment["history"]]
        if deal is None:
            demand("submitted" not in reached, "what was submitted has reached its rail", pk)
            return
        demand(deal.amount == payment["amount"], "the rail is told the payment", pk)
        status, returned = payment["status"], payment["returned"]
        told = f"{pk} is {status}, {returned} back, {payment['history']}; the scheme: {deal}"
        if deal.manner.mute:
            demand(status == "unknown", "the scheme and the books agree", told)
        elif deal.manner.torn:
            demand(status in ("completed", "declined"), "the scheme and the books agree", told)
            demand(pk.partition("#")[2] in self._world.fabric.contradicted,
                   "a person is called when a rail contradicts itself", told)  # fmt: skip
        elif deal.decision == "accepted":
            back = {sum(deal.returns.values())}
            if deal.manner is _TOO_MUCH:
                back.add(deal.amount)
                demand(pk.partition("#")[2] in self._world.fabric.contradicted,
                       "a person is called when a rail contradicts itself", told)  # fmt: skip
            wanted = "returned" if returned == deal.amount else "completed"
            agreed = returned in back and status == wanted
            demand(agreed or self._overtaken(deal), "the scheme and the books agree", told)
        else:
            agreed = status == "declined" and returned == 0
            demand(agreed, "the scheme and the books agree", told)
            demand(payment["history"][-1]["reason"] == deal.reason, "the rail's reason is kept",
                   told)  # fmt: skip

    def _overtaken(self, deal: Deal) -> bool:
        """Whether a message was turned away because another one under its id came first."""
        return any(word.refused and deal.uetr.encode() in word.body for word in self._scheme.words)

    def _sums(self) -> None:
        """What lies in transit is what was accepted and not given back, and what is unanswered.

        What was settled lies there no more. In suspense lies what no account could take or give.
        """
        entries = [plain(item) or {} for item in self._world.database.items("LedgerTable")]
        there = _house(entries, "in_transit")
        wanted: dict[tuple[str, str], int] = {}
        for pk, payment in self._transit.payments.items():
            if "reserved" in [step["status"] for step in payment["history"]]:
                key = (pk.partition("#")[0], payment["currency"])
                aside = payment["amount"] - payment["returned"]
                aside *= payment["status"] != "declined"
                wanted[key] = wanted.get(key, 0) + aside
        for key, amount in self._arrivals.in_transit().items():
            wanted[key] = wanted.get(key, 0) + amount
        for key, settled in self._settled().items():
            wanted[key] = wanted.get(key, 0) - settled
        demand(there == wanted, "transit holds what is under way", f"{there}, not {wanted}")
        owed, given = self._transit.in_suspense(), self._arrivals.in_suspense()
        wanted = {key: owed.get(key, 0) + given.get(key, 0) for key in owed.keys() | given.keys()}
        there = dict.fromkeys(wanted, 0) | _house(entries, "suspense")
        demand(there == wanted, "suspense holds what no account takes or gives",
               f"{there}, not {wanted}")  # fmt: skip

    def _words(self) -> None:
        """What we have said that we have is kept, as it came."""
        kept = {item["id"]: item for item in self._transit.messages.values()}
        for word in self._scheme.words:
            if word.taken:
                item = kept.get(word.id)
                demand(item and self._opened(item) == word.body,
                       "what a rail said is kept as it came", word.id)  # fmt: skip

    def _opened(self, item: Plain) -> bytes:
        tenant, cipher = item["tenant"], self._world.vault.keys.cipher
        subject = item.get("subject", RAIL)
        place = {"pk": {"S": f"{tenant}#subject#{subject}"}, "sk": {"S": "keys"}}
        asked = {"TableName": "SubjectKeysTable", "Key": place}
        keys = plain(self._world.database.call("get_item", asked).get("Item")) or {}
        key = cipher.unwrap(tenant, context(tenant, subject, SUBJECT), keys[SUBJECT])
        return zlib.decompress(
            cipher.open(key, context(tenant, subject, "message"), item["sealed"])
        )

    def _recalled(self, asked: Asked) -> None:
        pk = f"{asked.act.tenant}#{asked.reply.body['payment_id']}"
        recall = self._transit.recalls.get(pk, {})
        demand(recall.get("reason") == asked.request.body["reason"],
               "an acknowledged command is never lost", asked.act.name)  # fmt: skip
        payment = self._transit.payments[pk]
        deal = self._scheme.deals[payment["uetr"]]
        allowed = {"accepted"} if deal.returns else set[str]()
        if deal.refused_recall:
            allowed.add("refused")
        told = f"{pk}: {recall} for {deal}"
        demand(deal.recalled or recall["status"] != "requested", "a recall reaches its rail", told)
        demand(
            recall["status"] in (allowed or {"requested"}),
            "a recall is answered as the other bank says",
            told,
        )
        demand((pk in self._transit.lines) == (recall["status"] == "requested"),
               "a recall has its clock", told)  # fmt: skip


def _house(entries: list[Plain], account: str) -> dict[tuple[str, str], int]:
    """What lies in an account of the house, over its shards, by tenant and currency."""
    there: dict[tuple[str, str], int] = {}
    for entry in entries:
        if "side" in entry and f"#house.{account}." in entry["pk"]:
            key = (entry["pk"].partition("#")[0], entry["currency"])
            sign = 1 if entry["side"] == "credit" else -1
            there[key] = there.get(key, 0) + sign * entry["amount"]
    return there


def sent(asked: Asked, payment: Plain) -> None:
    """The payment is the one that was asked for."""
    wanted: Any = asked.request.body
    terms = (payment["debtor"], payment["amount"], payment["currency"], payment.get("rail"))
    demand(terms == (wanted["debtor_account"], wanted["amount"], wanted["currency"], RAIL),
           "a payment is the one asked for", asked.act.name)  # fmt: skip
