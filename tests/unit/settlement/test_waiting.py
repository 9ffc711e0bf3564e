"""Two machines that wait for one window: both are told what has become of it."""

from dataclasses import replace

from remit.settlement import items
from remit.settlement.kept import MOST_OTHERS, waiters
from remit.settlement.operate import resume
from remit.settlement.schema import Resumption
from remit.settlement.walk import tell
from tests.unit.settlement.office import office
from tests.unit.settlement.test_await_person import command


def short():
    here = office(line=10)
    window = here.joined(here.member(100))
    here.after_end(window)
    assert here.run(window) == ("Await person", "waiting")
    return here, window


def again(here, window):
    place = here.store, here.idempotency, command(here)
    assert resume(*place, window, Resumption(reason="mended")).status == 200


def told(here, window):
    here.resumed.clear()
    assert tell(here.store, here.resume, tenant="acme", window_id=window)
    return here.resumed


def test_both_are_told_of_a_decision():
    here, window = short()
    first = here.kept(window).token
    assert here.run(window) == ("Await person", "waiting")
    again(here, window)

    assert [token for token, _ in told(here, window)] == [first, here.kept(window).token]


def test_who_was_not_told_is_told_later_though_the_other_one_has_gone_on():
    here, window = short()
    first = here.kept(window).token
    assert here.run(window) == ("Await person", "waiting")
    again(here, window)
    # Only the second one hears of it, and goes on.
    here = replace(here, line=1_000)
    assert here.run(window, state="Check liquidity") == ("Await confirmation", "waiting")
    here.resumed.clear()
    here.answer(here.orders(window)[0])

    assert {token: result["status"] for token, result in here.resumed}[first] == "confirmed"


def test_one_that_leaves_the_same_token_twice_is_told_once():
    here, window = short()
    token = here.kept(window).token
    assert here.task("AwaitPerson", window, token="another") == "waiting"
    assert here.task("AwaitPerson", window, token=token) == "waiting"
    again(here, window)

    assert sorted(each for each, _ in told(here, window)) == sorted(["another", token])


def test_who_asks_again_by_himself_pushes_nobody_out_who_waits_for_a_person():
    here = office()
    window = here.joined(here.member(100))
    here.after_end(window)
    here.run(window)
    assert here.task("AwaitPerson", window, token="a person's") == "waiting"
    for number in range(3 * MOST_OTHERS):
        assert here.task("AwaitConfirmation", window, token=f"{number}") == "waiting"

    kept = here.kept(window)
    assert ("person", "a person's") in waiters(kept)
    assert len(kept.others) == 1 + MOST_OTHERS
    assert items.kept_of(items.window_item(kept)) == kept


def test_a_window_that_was_stored_before_has_nobody_else_waiting():
    here, window = short()
    stored = items.window_item(here.kept(window))
    del stored["others"]

    assert items.kept_of(stored) == here.kept(window)
