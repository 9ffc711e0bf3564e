"""Every write on the road out of the house: once, twice, and with anything lost on the way."""

import pytest

from remit.kernel.errors import Unavailable
from tests.integration.cloud import START
from tests.integration.losses import FAULTS, Act, hold_against, hold_when_repeated
from tests.integration.payments.rail_cloud import Railed
from tests.integration.payments.scenes import MONEY, SMALL


def initiate(road: Railed) -> Act:
    debtor = road.account()
    return lambda: road.pay(debtor, key="pay")


def initiate_again_to_the_same_creditor(road: Railed) -> Act:
    debtor = road.account()
    assert road.pay(debtor).status == 202
    return lambda: road.pay(debtor, key="pay")


def initiate_in_vain(road: Railed) -> Act:
    debtor = road.account()
    return lambda: road.pay(debtor, more={"rail": "fps_hk"}, key="pay")


def reserve(road: Railed) -> Act:
    payment = road.received()
    road.cloud.task("check", payment)
    return lambda: road.cloud.task("reserve", payment)


def reserve_without_funds(road: Railed) -> Act:
    payment = road.received(money=SMALL - 1)
    road.cloud.task("check", payment)
    return lambda: road.cloud.task("reserve", payment)


def submit(road: Railed) -> Act:
    payment = road.reserved()
    return lambda: road.cloud.task("submit", payment)


def fall_silent(road: Railed) -> Act:
    payment = road.submitted()
    later = road.cloud.clock.now + 30_000

    def act():
        road.cloud.clock.now = later
        assert road.look(payment) == ["0"]  # it comes back in any case
        (found,) = [one for one in road.cloud.items("Payments") if one["sk"] == "payment"]
        if found["status"] == "submitted":
            raise Unavailable

    return act


def receive(road: Railed) -> Act:
    body = road.report(road.submitted(), "ACSC")

    def act():
        answer = road.send(body)
        if answer.status >= 500:
            raise Unavailable  # whereupon the rail sends it again
        return answer.status

    return act


def complete(road: Railed) -> Act:
    return outcome(road, road.report(road.submitted(), "ACSC"))


def complete_late(road: Railed) -> Act:
    payment = road.unknown()
    road.cloud.clock.now = START
    return outcome(road, road.report(payment, "ACSC"))


def release(road: Railed) -> Act:
    return outcome(road, road.report(road.submitted(), "RJCT", "AC04"))


def return_all(road: Railed) -> Act:
    return outcome(road, road.money_back(road.completed(), SMALL))


def return_a_part(road: Railed) -> Act:
    return outcome(road, road.money_back(road.completed(), 500))


def return_before_the_acceptance(road: Railed) -> Act:
    return outcome(road, road.money_back(road.submitted(), SMALL))


def return_what_was_recalled(road: Railed) -> Act:
    return outcome(road, road.money_back(road.recalled(), SMALL))


def contradict(road: Railed) -> Act:
    return outcome(road, road.report(road.completed(), "RJCT", "AC04"))


def recall(road: Railed) -> Act:
    payment = road.completed()
    return lambda: road.recall(payment, key="recall")


def refuse_a_recall(road: Railed) -> Act:
    return outcome(road, road.refusal(road.recalled()))


def outcome(road: Railed, body: bytes) -> Act:
    """What follows from a message that is kept already."""
    road.cloud.machines.started.clear()
    assert road.send(body).status == 202
    (start,) = road.cloud.machines.started
    content = start["input"]
    return lambda: road.run(content)


COMMANDS = [initiate, initiate_again_to_the_same_creditor, initiate_in_vain, recall]
WRITES = [
    *COMMANDS,
    reserve,
    reserve_without_funds,
    submit,
    receive,
    complete,
    complete_late,
    release,
    return_all,
    return_a_part,
    return_before_the_acceptance,
    return_what_was_recalled,
    refuse_a_recall,
]


@pytest.mark.parametrize("prepare", WRITES)
def test_a_step_done_twice_has_one_effect(still, prepare):
    hold_when_repeated(still.cloud, prepare(still))


@pytest.mark.parametrize("fault", FAULTS)
@pytest.mark.parametrize("prepare", [*WRITES, fall_silent, contradict])
def test_a_step_comes_out_the_same_whatever_is_lost(still, prepare, fault):
    restored(still)
    hold_against(still.cloud, prepare(still), fault)


@pytest.mark.parametrize("fault", FAULTS)
@pytest.mark.parametrize("prepare", [reserve, release, return_all])
def test_no_money_is_made_or_lost_on_the_way(still, prepare, fault):
    act = prepare(still)
    restored(still)
    hold_against(still.cloud, act, fault)
    (euros,) = still.cloud.trial()["currencies"]
    assert euros["debits_posted"] == euros["credits_posted"]
    assert sum(still.cloud.balance(account) for account in customers(still)) in (
        MONEY,
        MONEY - SMALL,
    )


def customers(road: Railed) -> list[str]:
    return [str(item["sk"]) for item in road.cloud.items("Ledger") if item["pk"] == "acme#accounts"]


def restored(road: Railed) -> None:
    """The vault remembers nothing that a table would not tell it again."""
    forget = road.vault.keys.forget
    restore = road.cloud.restore

    def again(world):
        forget()
        restore(world)

    road.cloud.restore = again  # type: ignore[method-assign]
