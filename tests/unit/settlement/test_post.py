"""*Post settlement*: what was confirmed moves in the ledger, and nothing stays in transit."""

import pytest

from remit.kernel.errors import Unavailable
from tests.unit.settlement.office import Killed, kill, lose, office


def confirmed(**more):
    """A window whose orders were all confirmed, and that waits to be booked."""
    here = office(**more)
    members = [here.member(100 + number) for number in range(20)]
    members += [here.member(50, payee="BANKFRXXXXX", incoming=True) for _ in range(4)]
    window = here.joined(*members)
    here.after_end(window)
    assert here.run(window) == ("Await confirmation", "waiting")
    for order in here.orders(window):
        here.answer(order)
    assert here.kept(window).status == "CONFIRMED"
    return here, window


def test_once_a_window_is_settled_nothing_of_it_is_in_transit():
    here, window = confirmed()
    owed = sum(100 + number for number in range(20)) - 4 * 50
    assert here.balance("in_transit") == owed

    assert here.go_on(window) == ("Window settled", "settled")

    assert [
        here.ledger.account("acme", f"house.in_transit.EUR.{each}").posted for each in range(8)
    ] == [0] * 8
    assert here.balance("settlement") == 0
    assert here.balance("nostro") == owed
    assert here.verified(window).difference is None
    assert here.store.unsettled()[0] == []


def test_settling_twice_moves_money_once():
    here, window = confirmed()
    here.go_on(window)
    before = here.world()

    assert here.task("PostSettlement", window) == "settled"
    assert here.world() == before


@pytest.mark.parametrize("fault", ["the reply is lost", "it dies before", "it dies after"])
def test_whatever_call_is_disturbed_the_same_money_moves(fault):
    before, window = confirmed()
    calm = before.fork()
    calm.task("PostSettlement", window)
    assert calm.client.calls > 10
    for number in range(calm.client.calls):
        here = before.fork()
        if fault == "it dies before":
            here.client.before = kill(number)
        else:
            here.client.after = lose(number) if fault == "the reply is lost" else kill(number)
        with pytest.raises((Killed, Unavailable)):
            here.task("PostSettlement", window)
        here.client.before = here.client.after = None
        assert here.task("PostSettlement", window) == "settled"
        assert here.world() == calm.world()


def test_late_it_says_so_and_goes_on_from_there():
    here, window = confirmed()
    steps = 0
    while here.task("PostSettlement", window, is_late=lambda: True) == "posting":
        steps += 1
    assert steps == 3
    assert here.kept(window).status == "SETTLED"
    assert here.verified(window).difference is None
