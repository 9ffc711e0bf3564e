"""The life of a window, and what its values refuse."""

from dataclasses import replace

import pytest

from remit.kernel.errors import InvalidMoney
from remit.kernel.money import MAX_AMOUNT
from remit.settlement.model import ROADS, NotNow, step, window_id
from tests.unit.settlement.made import member


def walked(*events, status="OPEN"):
    for event in events:
        status = step(status, event)
    return status


def test_a_window_without_trouble_goes_straight_to_its_end():
    events = ("closed", "computed", "instructed", "confirmed", "settled")
    assert walked(*events) == "SETTLED"
    assert walked(*events[:3]) == "INSTRUCTED"


@pytest.mark.parametrize(
    ("events", "status"),
    [
        (("closed", "computed", "short"), "SHORT"),
        (("closed", "computed", "short", "funded"), "COMPUTED"),
        (("closed", "late"), "CLOSED"),
        (("closed", "computed", "late"), "CLOSED"),
        (("closed", "computed", "short", "late", "computed"), "COMPUTED"),
        (("closed", "computed", "instructed", "rejected"), "REJECTED"),
        (("closed", "computed", "instructed", "rejected", "instructed"), "INSTRUCTED"),
        (("closed", "computed", "instructed", "failed_in_part"), "PART_FAILED"),
        (
            ("closed", "computed", "instructed", "failed_in_part", "instructed", "confirmed"),
            "CONFIRMED",
        ),
    ],
)
def test_trouble_has_a_road_of_its_own(events, status):
    assert walked(*events) == status


@pytest.mark.parametrize(
    ("status", "event"),
    [
        ("OPEN", "computed"),
        ("OPEN", "late"),
        ("SHORT", "instructed"),
        ("INSTRUCTED", "late"),
        ("INSTRUCTED", "instructed"),
        ("CONFIRMED", "late"),
        ("REJECTED", "settled"),
        ("PART_FAILED", "confirmed"),
        ("SETTLED", "settled"),
        ("SETTLED", "late"),
        ("SETTLED", "rejected"),
    ],
)
def test_a_step_out_of_turn_is_refused(status, event):
    with pytest.raises(NotNow, match=f"{event} does not follow on {status}"):
        step(status, event)


def test_every_state_is_reached_and_only_a_settled_window_is_at_its_end():
    reached = {"OPEN"} | {status for roads in ROADS.values() for status in roads.values()}
    assert reached == set(ROADS)
    assert [status for status, roads in ROADS.items() if not roads] == ["SETTLED"]


def test_once_money_may_have_left_the_house_no_road_leads_back_to_computing():
    beyond, found = {"INSTRUCTED"}, set()
    while beyond != found:
        found = set(beyond)
        beyond |= {status for name in found for status in ROADS[name].values()}
    assert found == {"INSTRUCTED", "PART_FAILED", "REJECTED", "CONFIRMED", "SETTLED"}


@pytest.mark.parametrize("amount", [0, -1, MAX_AMOUNT + 1])
def test_a_member_moves_a_positive_amount(amount):
    with pytest.raises(ValueError, match="positive"):
        member("a", amount=amount)
    assert member("a", amount=MAX_AMOUNT).amount == MAX_AMOUNT


def test_a_member_has_a_real_currency_and_two_sides():
    with pytest.raises(InvalidMoney):
        member("a", currency="EUX")
    with pytest.raises(ValueError, match="itself"):
        member("a", payer="ours", payee="ours")


def test_each_thing_that_names_a_window_changes_its_id():
    facts = {"rail": "r", "currency": "EUR", "calendar": "c", "cutoffs": "t", "opens_at": 7}
    ids = {window_id(**facts)}
    for name in facts:
        ids.add(window_id(**facts | {name: 8 if name == "opens_at" else "GBP"}))
    assert len(ids) == 6


def test_values_do_not_change():
    with pytest.raises(AttributeError):
        member("a").amount = 5
    assert replace(member("a"), amount=5).amount == 5
