"""What a payment costs in DynamoDB's units and in state transitions, from real item sizes."""

from collections.abc import Callable

import pytest

from bench.write_units import Meter, item_size
from remit.fraud.model import WINDOWS
from remit.store.item import encode_item
from tests.house.house import resources
from tests.integration.cloud import Cloud
from tests.integration.payments.scenes import EXTREME, LARGE, MONEY, SMALL, Scene, accounts

BAR = 14

Way = Callable[[Cloud, Scene], None]


def straight_through(cloud: Cloud, scene: Scene) -> None:
    payment = cloud.pay(scene.debtor, scene.creditor, scene.amount).body["id"]
    assert cloud.run(payment) == "completed"


def declined_by_the_check(cloud: Cloud, scene: Scene) -> None:
    payment = cloud.pay(scene.debtor, scene.creditor, EXTREME).body["id"]
    assert cloud.run(payment) == "declined"


def declined_without_funds(cloud: Cloud, scene: Scene) -> None:
    payment = cloud.pay(scene.debtor, scene.creditor, cloud.balance(scene.debtor) + 1).body["id"]
    assert cloud.run(payment) == "declined"


def with_all_that_may_be_said(cloud: Cloud, scene: Scene) -> None:
    more = {"remittance": "x" * 140, "end_to_end_id": "E" * 35, "reference": "R" * 35}
    payment = cloud.pay(scene.debtor, scene.creditor, scene.amount, more=more).body["id"]
    assert cloud.run(payment) == "completed"


def sent_to_review(cloud: Cloud, scene: Scene) -> None:
    payment = cloud.pay(scene.debtor, scene.creditor, LARGE).body["id"]
    assert cloud.run(payment) == "in_review"


def reviewed_and_released(cloud: Cloud, scene: Scene) -> None:
    sent_to_review(cloud, scene)
    (case,) = cloud.cases()
    assert cloud.decide(case["id"], "release").status == 200
    assert cloud.run(case["payment_id"]) == "completed"


def cancelled_at_once(cloud: Cloud, scene: Scene) -> None:
    payment = cloud.pay(scene.debtor, scene.creditor, scene.amount).body["id"]
    assert cloud.cancel(payment).status == 200


MONEY_BY_WAY = {declined_without_funds: 10 * SMALL}


def cost(cloud: Cloud, way: Way, *, known: bool = True) -> Meter:
    """What `way` costs after some payments of the same account, to the same payee if `known`."""
    debtor, creditor = accounts(cloud, money=MONEY_BY_WAY.get(way, MONEY))
    payee = creditor if known else cloud.open()
    for _ in range(3):
        cloud.clock.now += 60_000
        assert cloud.run(cloud.pay(debtor, payee, SMALL).body["id"]) == "completed"
    meter = Meter(cloud.dynamodb.client)
    cloud.dynamodb.client, plain = meter, cloud.dynamodb.client
    way(cloud, Scene(debtor=debtor, creditor=creditor, payment="", amount=SMALL))
    cloud.dynamodb.client = plain
    return meter


@pytest.mark.parametrize(
    ("way", "known", "write_units"),
    [
        (straight_through, True, 14),
        (straight_through, False, 17),
        (with_all_that_may_be_said, True, 14),
        (declined_by_the_check, True, 9),
        (declined_without_funds, True, 7),
        (sent_to_review, True, 11),
        (reviewed_and_released, True, 27),
        (cancelled_at_once, True, 9),
    ],
)
def test_a_payment_costs_this_many_write_units(cloud, way, known, write_units):
    meter = cost(cloud, way, known=known)

    print(
        f"{way.__name__}, {'known' if known else 'new'} payee: {meter.write_units} write units, "
        f"{meter.read_units} read units, largest item {meter.largest} bytes"
    )
    assert meter.write_units == write_units


def test_a_payment_to_a_known_payee_keeps_within_its_bar(cloud):
    meter = cost(cloud, straight_through)
    assert meter.write_units <= BAR
    assert meter.largest <= 1_024


def test_an_account_that_has_paid_all_week_keeps_within_the_bar(cloud):
    debtor, creditor = accounts(cloud)
    cloud.run(cloud.pay(debtor, creditor, SMALL).body["id"])
    record = next(item for item in cloud.world()["Fraud"] if "counters" in item)
    now = cloud.clock.now
    busy = {
        window: [
            number
            for bucket in range(now // width, now // width - buckets, -1)
            for number in (bucket, 200, 200 * 1_250)
        ]
        for window, (width, buckets) in WINDOWS.items()
    }
    cloud.dynamodb.client.put_item(TableName="Fraud", Item=record | encode_item({"counters": busy}))
    meter = Meter(cloud.dynamodb.client)
    cloud.dynamodb.client = meter
    payment = cloud.pay(debtor, creditor, SMALL).body["id"]
    assert cloud.run(payment) in ("completed", "in_review")
    cloud.dynamodb.client = meter.client

    risk = max(item_size(item) for item in cloud.world()["Fraud"] if "counters" in item)
    print(f"a full week of counters: {risk} bytes")
    assert risk <= 1_024


def test_a_payment_costs_no_standard_state_transition():
    types = {
        name: machine["Type"]
        for name, machine in resources("AWS::Serverless::StateMachine").items()
    }
    assert types["PaymentMachine"] == "EXPRESS"


def test_an_items_size_is_what_dynamodb_says():
    assert item_size(encode_item({"pk": "abc", "n": 12_345, "flag": True})) == 5 + 1 + 4 + 4 + 1
    assert item_size(encode_item({"é": [1, "ab"]})) == 2 + 3 + 1 + 2 + 1 + 2
    assert item_size(encode_item({"m": {"k": "v"}})) == 1 + 3 + 1 + 1 + 1
    assert item_size(encode_item({"n": -100})) == 1 + 1 + 1 + 1
