"""*Await confirmation*: answers late, twice, out of order, and before anybody waits."""

import itertools
from dataclasses import replace

import pytest

from remit.kernel.errors import Unavailable
from remit.kernel.money import Money
from tests.unit.settlement.office import Killed, kill, lose, office

HKD = {"rail": "fps_hk", "currency": "HKD"}


def instructed():
    here = office()
    window = here.joined(here.member(100))
    here.after_end(window)
    assert here.run(window) == ("Await confirmation", "waiting")
    return here, window, here.orders(window)[0]


@pytest.mark.parametrize("meaning", ["accepted", "booked"])
def test_the_banks_answer_goes_on_with_the_machine(meaning):
    here, window, order = instructed()
    assert here.answer(order, meaning).outcome == "noted"
    assert here.resumed[-1][1] == {"status": "confirmed"}
    assert here.go_on(window) == ("Window settled", "settled")


@pytest.mark.parametrize(
    "order_of", list(itertools.permutations(["accepted", "booked", "pending"]))
)
def test_in_whatever_order_and_number_they_come(order_of):
    here, window, order = instructed()
    outcomes = [here.answer(order, each).outcome for each in (*order_of, *order_of)]
    assert outcomes.count("noted") == 1
    assert here.go_on(window) == ("Window settled", "settled")
    assert here.answer(order).outcome == "repeated"
    assert here.kept(window).status == "SETTLED"


def test_an_answer_that_comes_before_the_wait_has_begun_counts():
    here = office()
    window = here.joined(here.member(100))
    here.after_end(window)
    for task in ("CloseSettlement", "Compute"):
        if task == "Compute":
            here.compute(window)
        else:
            here.task(task, window)
    here.task("CheckSettlement", window)
    here.task("Instruct", window)
    here.answer(here.orders(window)[0])
    assert here.resumed == []
    assert here.task("AwaitConfirmation", window, token="a token") == "confirmed"
    assert here.resumed == [("a token", {"status": "confirmed"})]


def test_that_an_order_was_accepted_is_not_that_it_was_settled():
    here, window, order = instructed()
    assert here.answer(order, "accepted", status="ACCP").outcome == "undecided"
    assert here.kept(window).status == "INSTRUCTED"


def test_an_entry_of_another_amount_is_for_a_person():
    here, window, order = instructed()
    other = here.answer(order, "booked", amount=Money(amount=99, currency="EUR"))
    assert other.outcome == "contradicted"
    assert here.kept(window).status == "INSTRUCTED"
    right = here.answer(order, "booked", amount=Money(amount=100, currency="EUR"))
    assert right.status == "CONFIRMED"


def test_the_first_answer_stands():
    here, window, order = instructed()
    here.answer(order, "rejected", reason="AM04")
    assert here.kept(window).status == "REJECTED"
    assert here.answer(order).outcome == "contradicted"
    assert here.kept(window).status == "REJECTED"


def test_nobodys_answer_changes_nothing():
    here, _, order = instructed()
    before = here.world()
    stranger = replace(order, uetr="8a562c67-ca16-48ba-b074-65581be6f066")
    assert here.answer(stranger).outcome == "stranger"
    assert here.world() == before


@pytest.mark.parametrize("fault", ["the reply is lost", "it dies before", "it dies after"])
def test_whatever_call_is_disturbed_an_answer_counts_once(fault):
    before, _, order = instructed()
    before.client.calls = 0
    calm = before.fork()
    calm.answer(order)
    for number in range(calm.client.calls):
        here = before.fork()
        if fault == "it dies before":
            here.client.before = kill(number)
        else:
            here.client.after = lose(number) if fault == "the reply is lost" else kill(number)
        with pytest.raises((Killed, Unavailable)):
            here.answer(order)
        here.client.before = here.client.after = None
        here.answer(order)
        assert here.resumed[-1][1] == {"status": "confirmed"}
        assert here.world() == calm.world()


def test_waiting_twice_with_one_token_changes_nothing():
    here, window, _ = instructed()
    token = here.kept(window).token
    before = here.world()
    assert here.task("AwaitConfirmation", window, token=token) == "waiting"
    assert here.world() == before
