"""What the settlement bank answers to an order: noted once, and the window goes on when all have.

Answers may come late, twice, out of order, and before anybody waits for them. The first stands.
"""

from typing import Literal

from remit.kernel.money import Money
from remit.kernel.value import value
from remit.settlement.kept import Kept
from remit.settlement.netting import Answer, answered
from remit.settlement.orders import Order
from remit.settlement.store import SettlementStore
from remit.settlement.walk import Resume, change, tell, walk
from remit.store.commit import commit

BY = "settlement"

FINAL = frozenset({"ACSC", "ACCC"})
"""The statuses that say that money has been settled; that an order was accepted is not enough."""


@value
class Said:
    """What a rail said of an order: a fact's meaning, status and reason, and the amount if told."""

    meaning: str
    status: str = ""
    reason: str = ""
    amount: Money | None = None

    @property
    def answer(self) -> Answer | None:
        """What it means for the order; None where it decides nothing."""
        if self.meaning == "rejected":
            return "rejected"
        is_settled = self.meaning == "accepted" and self.status in FINAL
        return "confirmed" if is_settled or self.meaning == "booked" else None


@value
class Confirmed:
    """What became of an answer, and the window's status after it."""

    outcome: Literal["noted", "repeated", "contradicted", "outdated", "undecided", "stranger"]
    status: str = ""


def confirm(
    store: SettlementStore, resume: Resume, *, uetr: str, said: Said, now: int
) -> Confirmed:
    """Take an answer to the order that `uetr` names, and tell whoever waits for the last one.

    `contradicted` (also by another amount) and `outdated` (of an attempt that was given up) are for
    a person. Made again, it
    changes nothing. Raises `Contended`, `Unavailable`, or what `resume` raises.
    """
    found, answer = store.led_to(uetr), said.answer
    if found is None:
        return Confirmed(outcome="stranger")
    if answer is None:
        return Confirmed(outcome="undecided")

    def move(kept: Kept) -> Literal["noted", "repeated", "contradicted", "outdated"]:
        order = store.order(kept, found.order_id)
        if order is None or order.uetr != uetr:
            return "outdated"
        if said.amount not in (None, order.amount):
            return "contradicted"
        if order.answer:
            return "repeated" if order.answer == answer else "contradicted"
        commit(store.table.client, [store.answer(kept, order, answer, reason=said.reason, at=now)])
        return "noted"

    outcome = walk(store, found.tenant, found.window_id, move)
    status = evaluate(store, found.tenant, found.window_id, now=now)
    tell(store, resume, tenant=found.tenant, window_id=found.window_id)
    return Confirmed(outcome=outcome, status=status)


def evaluate(store: SettlementStore, tenant: str, window_id: str, *, now: int) -> str:
    """The window's status, once all answers that there are have been taken into account."""

    def move(kept: Kept) -> str:
        if kept.status != "INSTRUCTED":
            return kept.status
        event = _event(store, kept)
        if event is None:
            return kept.status
        after = kept.after(event, at=now, by=BY, done="", again=False)
        change(store, kept, after)
        return after.status

    return walk(store, tenant, window_id, move)


def _event(
    store: SettlementStore, kept: Kept
) -> Literal["confirmed", "rejected", "failed_in_part"] | None:
    sent: list[Order] = []
    for order in store.all_orders(kept):
        if not order.answer:
            return None
        sent.append(order)
    answers: dict[str, Answer] = {
        each.id: "rejected" if each.answer == "rejected" else "confirmed" for each in sent
    }
    return answered((each.instruction for each in sent), answers)
