"""Verifying the books with payments that leave the house: right is right, wrong is seen."""

import pytest

from remit.payments.agree import disagreements
from tests.integration.payments.scenes import SMALL
from tests.integration.payments.test_road import rule


def faults(road, *, without=None, change=None):
    payments, ledger = road.cloud.items("Payments"), road.cloud.items("Ledger")
    if without is not None:
        ledger = [
            item for item in ledger if not (item["sk"] == "transfer" and without in item["why"])
        ]
    for item in payments:
        if item["sk"] == "payment" and change:
            item.update(change)
    return [finding.fault for finding in disagreements(payments, ledger)]


@pytest.mark.parametrize(
    "prepare",
    [
        "received",
        "reserved",
        "submitted",
        "unknown",
        "completed",
        "declined",
        "returned",
        "recalled",
    ],
)
def test_every_state_of_the_road_agrees_with_the_books(road, prepare):
    getattr(road, prepare)()
    assert faults(road) == []


def test_money_in_suspense_agrees_with_the_books(road):
    payment = road.submitted(money=SMALL)
    rule(road, road.cloud.payment(payment)["debtor_account"], {"closed": True})
    road.settle(road.report(payment, "RJCT", "AC04"))
    assert faults(road) == []


def test_a_part_that_came_back_agrees_with_the_books(road):
    road.settle(road.money_back(road.completed(), 500))
    assert faults(road) == []
    assert faults(road, change={"returned": 499}) == ["payment_returned_wrong"]


@pytest.mark.parametrize(
    ("prepare", "without", "found"),
    [
        ("completed", "reserve", ["payment_without_transfer"]),
        ("declined", "release", ["payment_without_transfer"]),
        ("returned", "return", ["payment_returned_wrong"]),
    ],
)
def test_a_transfer_that_is_missing_is_seen(road, prepare, without, found):
    getattr(road, prepare)()
    assert faults(road, without=without) == found


def test_money_given_back_for_a_payment_that_is_completed_is_seen(road):
    road.declined()
    (item,) = [one for one in road.cloud.items("Payments") if one["sk"] == "payment"]
    history = [*item["history"][:-1], item["history"][-1] | {"status": "completed"}]
    found = faults(road, change={"status": "completed", "history": history})
    assert found == ["payment_not_completed"]


def test_money_set_aside_for_no_payment_is_seen(road):
    road.submitted()
    ledger = road.cloud.items("Ledger")
    (found,) = disagreements([], ledger)
    assert found.fault == "transfer_without_payment"


def test_another_amount_than_the_payments_is_seen(road):
    road.completed()
    assert faults(road, change={"amount": SMALL + 1}) == ["payment_differs"]
