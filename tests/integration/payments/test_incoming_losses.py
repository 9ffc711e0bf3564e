"""Every write on a payment's way in: once, twice, and with anything lost; and what it costs."""

import pytest

from bench.write_units import Meter
from remit.kernel.errors import Unavailable
from tests.integration.losses import FAULTS, Act, hold_against, hold_when_repeated
from tests.integration.payments.incoming_cloud import Abroad
from tests.integration.payments.scenes import SMALL
from tests.integration.payments.test_incoming_recalls import asked, clear, spend, stuck
from tests.integration.payments.test_road_cost import SizedCipher, begin_shards
from tests.integration.payments.test_road_losses import restored

MOST_UNITS = 20
HARD = ("the reply is lost", "the process dies before the call")


@pytest.fixture
def abroad(still) -> Abroad:
    return Abroad(still)


def receive(abroad: Abroad) -> Act:
    return sent(abroad, abroad.transfer(abroad.account()))


def receive_a_recall(abroad: Abroad) -> Act:
    abroad.arrived(abroad.account())
    return sent(abroad, abroad.asked_back(1))


def say_no_before_it_comes(abroad: Abroad) -> Act:
    abroad.account()
    return sent(abroad, abroad.verdict(1, "RJCT", "AC04"))


def receive_what_was_disowned(abroad: Abroad) -> Act:
    body = abroad.transfer(abroad.account())
    assert abroad.road.send(abroad.verdict(1, "RJCT", "AC04")).status == 202
    return sent(abroad, body)


def reject_what_was_disowned(abroad: Abroad) -> Act:
    body = abroad.transfer(abroad.account())
    assert abroad.road.send(abroad.verdict(1, "RJCT", "AC04")).status == 202
    content = abroad.kept(body)
    return lambda: abroad.task("credit", content)


def reject_for_a_name(abroad: Abroad) -> Act:
    content = abroad.kept(abroad.transfer(abroad.account(), payer="Osvald Grimme"))
    return lambda: abroad.task("screen", content)


def credit(abroad: Abroad) -> Act:
    content = abroad.kept(abroad.transfer(abroad.account()))
    return lambda: abroad.task("credit", content)


def reject(abroad: Abroad) -> Act:
    content = abroad.kept(abroad.transfer(abroad.account("USD")))
    return lambda: abroad.task("credit", content)


def answer(abroad: Abroad) -> Act:
    content = abroad.kept(abroad.transfer(abroad.account()))
    assert abroad.task("credit", content) == "credited"
    return lambda: abroad.task("answer", content)


def take_back(abroad: Abroad) -> Act:
    abroad.arrived(abroad.account())
    content = abroad.kept(abroad.verdict(1, "RJCT", "AB05"))
    return lambda: abroad.run(content)


def take_back_from_suspense(abroad: Abroad) -> Act:
    account = abroad.account()
    abroad.arrived(account)
    spend(abroad, account)
    content = abroad.kept(abroad.verdict(1, "RJCT", "AB05"))
    return lambda: abroad.run(content)


def give_back(abroad: Abroad) -> Act:
    _, recall = asked(abroad)
    return lambda: abroad.decide(recall, "return", key="answer")


def refuse(abroad: Abroad) -> Act:
    _, recall = asked(abroad)
    return lambda: abroad.decide(recall, "refuse", "CUST", key="answer")


def clear_suspense(abroad: Abroad) -> Act:
    _, transfer = stuck(abroad)
    other = abroad.cloud.open()
    return lambda: clear(abroad, transfer, other, key="clear")


def sent(abroad: Abroad, body: bytes) -> Act:
    def act():
        found = abroad.road.send(body)
        if found.status >= 500:
            raise Unavailable  # whereupon the rail sends it again
        return found.status

    return act


WRITES = [
    receive,
    receive_a_recall,
    say_no_before_it_comes,
    receive_what_was_disowned,
    reject_what_was_disowned,
    reject_for_a_name,
    credit,
    reject,
    answer,
    take_back,
    take_back_from_suspense,
    give_back,
    refuse,
    clear_suspense,
]


@pytest.mark.parametrize("prepare", WRITES)
def test_a_step_done_twice_has_one_effect(abroad, prepare):
    hold_when_repeated(abroad.cloud, prepare(abroad))


# Each write with what is hardest on it; those that move money at the rail's word with all of it.
DISTURBED = [
    *((credit, fault) for fault in FAULTS),
    *((write, fault) for write in WRITES for fault in HARD if write is not credit),
]


@pytest.mark.parametrize(("prepare", "fault"), DISTURBED)
def test_a_step_comes_out_the_same_whatever_is_lost(abroad, prepare, fault):
    restored(abroad.road)
    hold_against(abroad.cloud, prepare(abroad), fault)


def test_a_payment_that_comes_in_costs_this_many_write_units(road):
    abroad = Abroad(road)
    road.vault.keys.cipher = SizedCipher()
    account = abroad.account()
    abroad.arrived(account)
    begin_shards(road, account)
    before = road.in_transit()
    meter = Meter(road.cloud.dynamodb.client)
    road.cloud.dynamodb.client = meter
    abroad.arrived(account)
    print(f"{meter.write_units} units, largest item {meter.largest} bytes")
    assert meter.write_units == 19
    assert meter.write_units <= MOST_UNITS
    assert road.in_transit() == before - SMALL
