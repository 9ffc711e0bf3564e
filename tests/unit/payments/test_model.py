"""The states of a payment, and the roads between them."""

from typing import get_args

import pytest

from remit.payments.model import REASONS, ROADS, Payment, Status, Step
from tests.unit.payments.made import payment

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


def at(status: Status) -> Payment:
    return payment(history=(Step(status=status, at=1, by="ada"),))


@pytest.mark.parametrize("onward", get_args(Status))
@pytest.mark.parametrize("origin", get_args(Status))
def test_a_payment_walks_only_the_roads_there_are(origin: Status, onward: Status):
    assert at(origin).may_become(onward) is ((origin, onward) in WALKABLE)


@pytest.mark.parametrize("status", get_args(Status))
def test_only_an_end_is_final(status: Status):
    assert at(status).is_final is (status in ("completed", "declined", "cancelled"))
    assert at(status).is_final is not ROADS[status] or not ROADS[status]


def test_a_step_is_added_to_the_history_and_becomes_the_status():
    moved = payment().after(Step(status="completed", at=9, by="ledger"))
    assert moved.status == "completed"
    assert [step.status for step in moved.history] == ["received", "completed"]


def test_every_reason_says_what_it_means():
    assert all(len(code) == 4 and text for code, text in REASONS.items())
