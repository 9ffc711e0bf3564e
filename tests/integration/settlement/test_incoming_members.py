"""What came in settles with what went out: afterwards nothing of the window is in transit."""

import pytest

from tests.integration.cloud import handler
from tests.integration.payments.incoming_cloud import Abroad
from tests.integration.payments.scenes import MONEY, SMALL
from tests.integration.settlement.test_functions import House, house

__all__ = ["house"]


@pytest.fixture
def abroad(house) -> Abroad:
    return Abroad(house.road)


def given_back(abroad: Abroad) -> None:
    abroad.arrived(abroad.account())
    assert abroad.settle(abroad.asked_back(abroad.paid)) == []
    (case,) = abroad.recalls()
    assert abroad.decide(case["id"], "return").status == 200


def taken_back(abroad: Abroad) -> None:
    abroad.arrived(abroad.account())
    assert abroad.settle(abroad.verdict(abroad.paid, "RJCT", "AB05")) == ["reversed"]


def test_a_window_with_payments_of_both_directions_leaves_nothing_in_transit(
    house: House, abroad: Abroad
):
    house.road.completed(3 * SMALL)
    abroad.arrived(abroad.account())
    given_back(abroad)
    taken_back(abroad)
    assert abroad.settle(abroad.transfer(abroad.account("USD"))) == ["answered"]  # rejected
    house.stream()
    answer = house.ask("close", house.window()["id"], {"early": True})
    assert answer.status == 202, answer.text
    start = house.cloud.machines.started[-1]["input"]
    assert house.run(start) == "Await confirmation"
    view = house.window()
    assert view["members"] == 1 + 1 + 2 + 2
    nets = {each["participant"]: each["net"] for each in view["positions"]}
    assert nets == {"REMIDEFFXXX": -2 * SMALL, "ABNANL2AXXX": 2 * SMALL}
    house.answers(house.report("ACSC"))
    assert house.go_on(start) == "Window settled"
    verified = handler("settlement/verify")({"id": start["id"], "tenant": "acme"}, None)
    assert verified["right"], verified
    assert house.road.in_transit() == 0
    assert house.cloud.trial()["balanced"]


def test_a_credit_that_is_taken_back_finds_room_under_the_net_debit_cap(
    house: House, abroad: Abroad
):
    """The shard's own limit is used up by a payment that went out; another shard has room."""
    abroad.arrived(abroad.account(), 8 * SMALL)
    cap = {"currency": "EUR", "cap": 8 * SMALL, "reason": "agreed"}
    assert house.cloud.api("POST", "/net-debit-caps", role="operator", body=cap).status == 200
    house.road.completed(8 * SMALL)
    assert abroad.settle(abroad.verdict(1, "RJCT", "AB05")) == ["reversed"]
    assert house.road.in_transit() == 8 * SMALL
    assert house.road.in_transit() < MONEY


@pytest.mark.parametrize("way", ["taken back", "given back"])
def test_what_another_bank_is_owed_goes_back_though_the_cap_is_full(
    house: House, abroad: Abroad, way: str
):
    """What came in was room for what went out; then the window settles all the same."""
    cap = {"currency": "EUR", "cap": SMALL, "reason": "agreed"}
    assert house.cloud.api("POST", "/net-debit-caps", role="operator", body=cap).status == 200
    abroad.arrived(abroad.account(), 2 * SMALL)
    house.road.completed(3 * SMALL)
    if way == "taken back":
        assert abroad.settle(abroad.verdict(abroad.paid, "RJCT", "AB05")) == ["reversed"]
    else:
        assert abroad.settle(abroad.asked_back(abroad.paid)) == []
        (case,) = abroad.recalls()
        assert abroad.decide(case["id"], "return").status == 200
    assert house.road.in_transit() == 3 * SMALL
    late = house.road.received(SMALL)
    assert house.cloud.task("check", late) == "reserve"
    assert house.cloud.task("reserve", late) == "declined"
    house.stream()
    assert house.ask("close", house.window()["id"], {"early": True}).status == 202
    start = house.cloud.machines.started[-1]["input"]
    assert house.run(start) == "Await confirmation"
    house.answers(house.report("ACSC"))
    assert house.go_on(start) == "Window settled"
    assert house.road.in_transit() == 0
    assert house.cloud.trial()["balanced"]
