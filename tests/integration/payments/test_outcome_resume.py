"""What a rail says once comes to something, also when the machine that was to do it has failed."""

import pytest
from botocore.exceptions import EndpointConnectionError

from remit.kernel.clock import DAY
from tests.integration.cloud import SETTINGS
from tests.integration.payments.incoming_cloud import Abroad
from tests.integration.payments.scenes import MONEY, SMALL

RESUME = SETTINGS["RESUME_QUEUE_URL"]


@pytest.fixture
def abroad(road) -> Abroad:
    return Abroad(road)


def told(road, body: bytes, status: int = 202) -> list[dict[str, str]]:
    """What is put on the resume queue with a message whose machine then comes to nothing."""
    road.cloud.queues.sent.pop(RESUME, None)
    assert road.send(body).status == status
    road.cloud.machines.started.clear()
    return road.cloud.queues.sent.pop(RESUME, [])


def resumed(road, message, attempt: int = 1) -> list[dict]:
    """What machines are started with when the queue brings the message."""
    road.cloud.machines.started.clear()
    back = road.cloud.deliver("payments/resume", message, attempt=attempt)
    assert bool(back) == bool(road.cloud.machines.started), "it comes back while it is not done"
    return [one["input"] for one in road.cloud.machines.started]


def test_a_return_whose_machine_failed_is_booked_all_the_same_and_once(road):
    payment = road.completed()
    (message,) = told(road, road.money_back(payment, SMALL))
    assert road.status(payment) == "completed"
    (start,) = resumed(road, message)
    assert road.run(start) == "returned"
    assert road.run(start) == "returned"
    assert resumed(road, message, attempt=2) == []
    debtor = road.cloud.payment(payment)["debtor_account"]
    assert (road.cloud.balance(debtor), road.in_transit()) == (MONEY, 0)


def test_it_is_started_anew_at_each_look_until_it_is_booked(road):
    payment = road.completed()
    (message,) = told(road, road.money_back(payment, SMALL))
    names = set()
    for attempt in (1, 2, 3):
        assert len(resumed(road, message, attempt)) == 1
        names |= {one["name"] for one in road.cloud.machines.started}
    assert len(names) == 3


def test_each_of_two_parts_is_looked_after_by_itself(road):
    payment = road.completed()
    (first,) = told(road, road.money_back(payment, 500, identifier="A"))
    assert road.settle(road.money_back(payment, 700, identifier="B")) == ["completed"]
    (second,) = road.cloud.queues.sent.pop(RESUME)
    assert resumed(road, second) == []
    (start,) = resumed(road, first)
    assert road.run(start) == "completed"
    assert resumed(road, first) == []
    assert road.cloud.payment(payment)["returned_amount"] == 1_200


def test_a_return_before_the_yes_was_heard_is_looked_after_too(road):
    payment = road.submitted()
    (message,) = told(road, road.money_back(payment, SMALL))
    (start,) = resumed(road, message)
    assert road.run(start) == "returned"
    assert resumed(road, message) == []


def test_what_contradicts_is_a_persons_and_is_not_started_again(road):
    payment = road.completed()
    (message,) = told(road, road.money_back(payment, SMALL + 1))
    assert resumed(road, message) == []


def test_a_credit_that_the_scheme_would_not_have_is_taken_back_all_the_same(road, abroad):
    identifier = abroad.arrived(abroad.account())
    (message,) = told(road, abroad.verdict(1, "RJCT", "AB05"))
    (start,) = resumed(road, message)
    assert abroad.run(start) == "reversed"
    assert abroad.run(start) == "reversed"
    assert resumed(road, message) == []
    assert abroad.status(identifier) == "reversed"
    assert road.in_transit() == 0


def test_a_day_later_no_credit_is_taken_back_by_itself(road, abroad):
    abroad.arrived(abroad.account())
    (message,) = told(road, abroad.verdict(1, "RJCT", "AB05"))
    road.cloud.clock.now += DAY + 60_000
    assert resumed(road, message) == []


def test_a_no_to_what_nobody_has_decided_on_is_looked_after(road, abroad):
    abroad.kept(abroad.transfer(abroad.account()))
    (message,) = told(road, abroad.verdict(1, "RJCT", "AB05"))
    (start,) = resumed(road, message)
    assert abroad.run(start) == "rejected"
    assert resumed(road, message) == []


def test_a_recall_that_was_refused_is_closed_all_the_same(road):
    payment = road.recalled()
    (message,) = told(road, road.refusal(payment))
    (start,) = resumed(road, message)
    road.run(start)
    assert resumed(road, message) == []


def test_what_the_rail_is_asked_about_needs_no_second_look(road):
    payment = road.submitted()
    assert told(road, road.report(payment, "ACSC")) == []
    assert told(road, road.report(road.submitted(), "RJCT", "AC04")) == []


def test_nothing_is_confirmed_that_nobody_would_look_after(road):
    """Whichever is lost, the scheme sends the message again, and it is on the queue then."""
    payment = road.completed()
    body = road.money_back(payment, SMALL)
    road.cloud.queues.trouble = EndpointConnectionError(endpoint_url="sqs")
    assert told(road, body, 503) == []
    road.cloud.queues.trouble = None
    assert len(told(road, body)) == 1
    road.cloud.machines.trouble = EndpointConnectionError(endpoint_url="states")
    (message,) = told(road, body, 503)
    road.cloud.machines.trouble = None
    (start,) = resumed(road, message)
    assert road.run(start) == "returned"
