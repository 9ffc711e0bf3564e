"""Two of a payment's steps at once, in every order that two functions can come upon each other."""

from collections.abc import Callable
from itertools import pairwise
from typing import Any

import pytest

from remit.payments.model import ROADS
from tests.integration.cloud import Cloud, Reply, let_in
from tests.integration.payments.scenes import (
    LARGE,
    SMALL,
    Scene,
    in_review,
    received,
    released,
    trusted,
)

Step = Callable[[Cloud, Scene], Any]


def run(cloud: Cloud, scene: Scene) -> str:
    return cloud.run(scene.payment)


def cancel(cloud: Cloud, scene: Scene) -> Reply:
    return cloud.cancel(scene.payment)


def release(cloud: Cloud, scene: Scene) -> Reply:
    return cloud.decide(case_of(cloud, scene), "release")


def block(cloud: Cloud, scene: Scene) -> Reply:
    return cloud.decide(case_of(cloud, scene), "block")


def spend_elsewhere(cloud: Cloud, scene: Scene) -> str:
    """Another payment takes all the money."""
    other = cloud.pay(scene.debtor, scene.creditor, cloud.balance(scene.debtor))
    return cloud.task("post", other.body["id"])


def pay_another_payee(cloud: Cloud, scene: Scene) -> str:
    """Another payment of the account is checked."""
    third = cloud.open()
    return cloud.task("check", cloud.pay(scene.debtor, third, 3).body["id"])


def case_of(cloud: Cloud, scene: Scene) -> str:
    known = cloud.payment(scene.payment)["case_id"]
    return known or "case_00000000000000000000000000"


def small(cloud: Cloud) -> Scene:
    return received(cloud, SMALL)


def large(cloud: Cloud) -> Scene:
    return received(cloud, LARGE)


STEPS = [run, cancel, release, block]
PAIRS = [
    *(
        (begin, first, second)
        for begin in (small, large)
        for first in (run, cancel)
        for second in (run, cancel)
    ),
    *((in_review, first, second) for first in (cancel, release, block) for second in STEPS),
    *(
        (begin, first, second)
        for begin in (released, trusted)
        for first in (run, cancel)
        for second in (run, cancel)
    ),
    *((begin, run, spend_elsewhere) for begin in (small, released)),
    *((begin, run, pay_another_payee) for begin in (small, large)),
]


def name(pair: tuple[Callable, Callable, Callable]) -> str:
    begin, first, second = (part.__name__ for part in pair)
    return f"{begin}-{first}-{second}"


@pytest.mark.parametrize("pair", PAIRS, ids=name)
def test_a_rival_at_any_point_leaves_money_status_and_case_in_step(cloud, pair):
    begin, step, rival = pair
    scene = begin(cloud)
    before = cloud.world()
    cloud.dynamodb.watch()
    step(cloud, scene)
    calls = len(cloud.dynamodb.calls)
    assert calls >= 2

    of_rival: list[Any] = []
    for call in range(calls):
        cloud.restore(before)
        of_rival.clear()
        cloud.dynamodb.watch({call: let_in(lambda: of_rival.append(rival(cloud, scene)))})
        of_step = step(cloud, scene)
        cloud.dynamodb.watch()
        assert len(of_rival) == 1
        in_step(cloud, scene)
        kept(cloud, scene, [(step, of_step), (rival, of_rival[0])])


def in_step(cloud: Cloud, scene: Scene) -> None:
    """Money, status, history and case tell the same story; then the machine ends it, once."""
    for _ in range(2):
        payment = cloud.payment(scene.payment)
        transfers = [
            item
            for item in cloud.items("Ledger")
            if item["sk"] == "transfer" and item["why"] == f"payment {scene.payment}"
        ]
        assert len(transfers) == (payment["status"] == "completed")
        walked = [step["status"] for step in payment["history"]]
        assert all(after in ROADS[here] for here, after in pairwise(walked))
        waiting = [case["payment_id"] for case in cloud.cases("open")]
        assert waiting == [scene.payment] * (payment["status"] == "in_review")
        assert len(cloud.cases("open") + cloud.cases("closed")) == ("in_review" in walked)
        assert cloud.trial()["balanced"]
        cloud.run(scene.payment)


def kept(cloud: Cloud, scene: Scene, told: list[tuple[Step, Any]]) -> None:
    """What was promised to each is so, whatever the other did."""
    status = cloud.payment(scene.payment)["status"]
    for step, answer in told:
        if isinstance(answer, Reply):
            assert answer.status in (200, 404, 409)
        if step is block and answer.status == 200:
            assert status == "declined"
        if step is release and answer.status == 200:
            assert status in ("completed", "cancelled")
        if step is run and answer in ("completed", "declined", "cancelled"):
            assert answer == status
    cancels = [answer for step, answer in told if step is cancel and answer.status == 200]
    assert len(cancels) == (status == "cancelled")
    decided = [answer for step, answer in told if step in (release, block)]
    assert len([answer for answer in decided if answer.status == 200]) <= 1


@pytest.mark.parametrize("decisions", [("release", "block"), ("block", "release")])
def test_of_two_people_deciding_at_once_one_wins_and_the_other_is_told(cloud, decisions):
    scene = in_review(cloud)
    before = cloud.world()
    cloud.dynamodb.watch()
    cloud.decide(scene.case, decisions[0])

    rival: list[Reply] = []
    for call in range(len(cloud.dynamodb.calls)):
        cloud.restore(before)
        rival.clear()
        second = let_in(lambda: rival.append(cloud.decide(scene.case, decisions[1], key="rival")))
        cloud.dynamodb.watch({call: second})
        first = cloud.decide(scene.case, decisions[0], key="first")
        cloud.dynamodb.watch()

        assert rival[0].status == 200
        assert (first.status, first.code) == (409, "case_decided")
        again = cloud.decide(scene.case, decisions[0], key="first")
        assert (again.text, again.replayed) == (first.text, True)
        assert cloud.cases("closed")[0]["decision"] == decisions[1]


def test_a_posting_goes_on_when_the_account_moved_meanwhile(cloud):
    scene = trusted(cloud)
    before = cloud.world()
    cloud.dynamodb.watch()
    assert cloud.task("post", scene.payment) == "completed"

    for call in range(len(cloud.dynamodb.calls)):
        cloud.restore(before)
        cloud.dynamodb.watch({call: let_in(lambda: cloud.deposit(scene.debtor, 5, key="rival"))})
        assert cloud.task("post", scene.payment) == "completed"
        cloud.dynamodb.watch()
        assert cloud.balance(scene.creditor) == scene.amount


def test_an_account_that_never_rests_is_told_to_come_back_and_nothing_is_done(cloud):
    scene = trusted(cloud)
    deposits = iter(range(100))

    def disturb() -> None:
        cloud.deposit(scene.debtor, 1, key=f"rival-{next(deposits)}")

    cloud.dynamodb.watch(every={"transact_write_items": let_in(disturb)})
    with pytest.raises(Exception, match="Too many simultaneous changes") as raised:
        cloud.task("post", scene.payment)
    cloud.dynamodb.watch()

    assert type(raised.value).__name__ == "Contended"
    assert cloud.payment(scene.payment)["status"] == "received"
    assert cloud.balance(scene.creditor) == 0
    assert cloud.task("post", scene.payment) == "completed"


def test_a_check_is_made_again_when_another_payment_of_the_account_came_first(cloud):
    scene = received(cloud)
    before = cloud.world()
    cloud.dynamodb.watch()
    assert cloud.task("check", scene.payment) == "trusted"

    for call in range(len(cloud.dynamodb.calls)):
        cloud.restore(before)
        cloud.dynamodb.watch({call: let_in(lambda: pay_another_payee(cloud, scene))})
        assert cloud.task("check", scene.payment) == "trusted"
        cloud.dynamodb.watch()
        records = [item for item in cloud.items("Fraud") if "counters" in item]
        assert sorted(item["features"]["count_1h"] for item in records) == [1, 2]


def test_a_check_that_never_gets_through_is_contended(cloud):
    scene = received(cloud)
    cloud.dynamodb.watch(
        every={"transact_write_items": let_in(lambda: pay_another_payee(cloud, scene))}
    )
    with pytest.raises(Exception, match="Too many simultaneous changes"):
        cloud.task("check", scene.payment)
    cloud.dynamodb.watch()
    assert cloud.task("check", scene.payment) == "trusted"
