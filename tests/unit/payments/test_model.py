"""The states of a payment, and the roads between them."""

from typing import get_args

import pytest

from remit.payments.model import RAIL_ROADS, REASONS, ROADS, Payment, Status, Step
from tests.unit.payments.made import payment
from tests.unit.payments.outside import outside

WALKABLE = {
    ("received", "in_review"),
    ("received", "completed"),
    ("received", "declined"),
    ("received", "cancelled"),
    ("in_review", "screening"),
    ("in_review", "declined"),
    ("in_review", "cancelled"),
    ("screening", "completed"),
    ("screening", "declined"),
    ("screening", "cancelled"),
}
RAIL_WALKABLE = {
    ("received", "in_review"),
    ("received", "reserved"),
    ("received", "declined"),
    ("received", "cancelled"),
    ("in_review", "screening"),
    ("in_review", "declined"),
    ("in_review", "cancelled"),
    ("screening", "reserved"),
    ("screening", "declined"),
    ("screening", "cancelled"),
    ("reserved", "submitted"),
    ("reserved", "declined"),
    ("submitted", "completed"),
    ("submitted", "declined"),
    ("submitted", "unknown"),
    ("unknown", "completed"),
    ("unknown", "declined"),
    ("completed", "returned"),
}


def at(status: Status) -> Payment:
    return payment(history=(Step(status=status, at=1, by="ada"),))


def on_a_rail(status: Status) -> Payment:
    return outside(history=(Step(status=status, at=1, by="ada"),))


@pytest.mark.parametrize("onward", get_args(Status))
@pytest.mark.parametrize("origin", get_args(Status))
def test_a_payment_walks_only_the_roads_there_are(origin: Status, onward: Status):
    assert at(origin).may_become(onward) is ((origin, onward) in WALKABLE)
    assert on_a_rail(origin).may_become(onward) is ((origin, onward) in RAIL_WALKABLE)


@pytest.mark.parametrize("status", ROADS)
def test_only_an_end_is_final(status: Status):
    assert at(status).is_final is (status in ("completed", "declined", "cancelled"))
    assert at(status).is_final is not ROADS[status] or not ROADS[status]


@pytest.mark.parametrize("status", RAIL_ROADS)
def test_a_completed_payment_is_at_its_end_though_its_money_may_come_back(status: Status):
    ends = ("completed", "declined", "cancelled", "returned")
    assert on_a_rail(status).is_final is (status in ends)


@pytest.mark.parametrize("status", ["reserved", "submitted", "unknown"])
def test_money_that_is_set_aside_cannot_be_had_back_by_cancelling(status: Status):
    assert not on_a_rail(status).may_become("cancelled")


def test_a_step_is_added_to_the_history_and_becomes_the_status():
    moved = payment().after(Step(status="completed", at=9, by="ledger"))
    assert moved.status == "completed"
    assert [step.status for step in moved.history] == ["received", "completed"]


def test_when_a_state_was_reached_is_its_first_time():
    found = outside("reserved", "submitted")
    assert found.reached("submitted") == found.history[2].at
    assert found.reached("completed") is None


def test_every_reason_says_what_it_means():
    assert all(len(code) == 4 and text for code, text in REASONS.items())
