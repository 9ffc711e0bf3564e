"""Anything in any order, many times over: what a rail, a clock and a crash may do to one payment.

Each walk draws from everything that can happen and does it; what must hold is held after each step.
"""

import random

import pytest

from tests.integration.cloud import Killed, kill_after, kill_before, lose_reply
from tests.integration.payments.rail_cloud import Railed
from tests.integration.payments.scenes import MONEY, SMALL

WALKS, STEPS = 40, 14
ACCEPTED, REJECTED = ("completed", "returned"), ("declined",)


class Walk:
    """One payment's walk. `said` keeps every message, so that each may come again."""

    def __init__(self, road: Railed, seed: int) -> None:
        self.road, self.draw = road, random.Random(seed)
        road.scheme.trouble = None
        self.debtor = road.account()
        self.payment = road.pay(self.debtor).body["id"]
        road.cloud.task("check", self.payment)
        self.said: list[bytes] = []
        self.troubles: list[BaseException] = []
        self.first_end: str | None = None
        if self.draw.random() < 0.8:  # most of what can go wrong goes wrong once the rail has it
            self.reserve()
            road.cloud.task("submit", self.payment)

    def step(self) -> None:
        act = self.draw.choice(
            [self.reserve, self.submit, self.look, self.accept, self.reject, self.part, self.again]
        )
        fault = self.draw.choice([None, None, lose_reply, kill_before, kill_after])
        self.road.cloud.dynamodb.watch({self.draw.randrange(6): fault} if fault else {})
        try:
            act()
        except (Killed, Exception) as error:  # noqa: BLE001 - whatever it was, the books must hold
            self.troubles.append(error)
        self.road.cloud.dynamodb.watch()
        self.hold()

    def reserve(self) -> None:
        self.road.cloud.task("reserve", self.payment)

    def submit(self) -> None:
        self.road.scheme.trouble = self.draw.choice([None, None, SystemError()])
        self.road.cloud.task("submit", self.payment)

    def look(self) -> None:
        self.road.cloud.clock.now += 30_000
        self.road.scheme.trouble = None
        self.road.look(self.payment, self.draw.randrange(1, 21))

    def accept(self) -> None:
        self.tell(self.road.report(self.payment, "ACSC"))

    def reject(self) -> None:
        self.tell(self.road.report(self.payment, "RJCT", "AC04"))

    def part(self) -> None:
        identifier = f"RTR-{self.draw.randrange(3)}"
        amount = self.draw.choice([500, 750, SMALL])
        self.tell(self.road.money_back(self.payment, amount, identifier=identifier))

    def again(self) -> None:
        if self.said:
            self.tell(self.draw.choice(self.said))

    def tell(self, message: bytes) -> None:
        self.said.append(message)
        self.road.settle(message)

    def hold(self) -> None:
        """What must be true of the payment and its money, whatever has happened."""
        item = next(one for one in self.road.cloud.items("Payments") if one["sk"] == "payment")
        status, returned = item["status"], item["returned"]
        balance, transit = self.road.cloud.balance(self.debtor), self.road.in_transit()
        assert balance + transit + self.road.suspended() == MONEY, "money was made or lost"
        steps = [step["status"] for step in item["history"]]
        assert not (set(ACCEPTED) & set(steps) and set(REJECTED) & set(steps)), steps
        assert len(set(steps)) == len(steps), "a state was reached twice"
        assert 0 <= returned <= SMALL
        held = {"received": 0, "declined": 0, "reserved": SMALL}.get(status, SMALL - returned)
        assert transit == held, f"{status} with {transit} in transit"
        assert (status == "returned") == (returned == SMALL)
        if self.first_end is not None:
            assert self.first_end in steps, "the first answer did not stand"
        ends = [step for step in steps if step in ("completed", "declined")]
        self.first_end = self.first_end or (ends[0] if ends else None)


@pytest.mark.parametrize("seed", range(WALKS))
def test_whatever_happens_no_money_is_lost_and_the_first_answer_stands(road, seed):
    walk = Walk(road, seed)
    for _ in range(STEPS):
        walk.step()


def test_the_walks_come_to_every_state(road, monkeypatch):
    monkeypatch.setattr(Walk, "hold", lambda _: None)
    seen: set[str] = set()
    for seed in range(12):
        walk = Walk(road, seed)
        for _ in range(STEPS):
            walk.step()
        seen |= statuses(road)
    assert seen >= {"reserved", "submitted", "unknown", "completed", "declined", "returned"}


def statuses(road: Railed) -> set[str]:
    return {
        step["status"]
        for item in road.cloud.items("Payments")
        if item["sk"] == "payment"
        for step in item["history"]
    }
