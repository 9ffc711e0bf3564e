"""*Await person*: short of money, rejected, never answered; and a member that comes meanwhile."""

import pytest

from remit.settlement.model import NotNow
from remit.settlement.operate import (
    LEAD,
    WindowStillOpen,
    close_window,
    fund,
    resume,
)
from remit.settlement.schema import Funding, Resumption, WindowToClose
from remit.settlement.walk import tell
from remit.store.idempotency import Command, KeyReused
from tests.unit.settlement.office import office


def command(here, key="k", body="b"):
    return Command(
        tenant="acme", key=key, fingerprint=body, path="/v1/x", actor="ada@acme", now=here.now
    )


def told(here, window):
    return tell(here.store, here.resume, tenant="acme", window_id=window)


def again(here, window, key="again"):
    answer = resume(
        here.store, here.idempotency, command(here, key), window, Resumption(reason="mended")
    )
    told(here, window)
    return answer


def short():
    here = office(line=10)
    window = here.joined(here.member(100))
    here.after_end(window)
    assert here.run(window) == ("Await person", "waiting")
    assert here.kept(window).status == "SHORT"
    return here, window


def test_money_that_was_moved_there_is_booked_and_the_window_goes_on():
    here, window = short()
    request = Funding(amount=90, reason="from the central bank")
    answer = fund(here.desk, here.idempotency, command(here), window, request)
    assert answer.status == 200
    assert here.balance("nostro") == -90
    assert told(here, window)
    assert here.go_on(window) == ("Await confirmation", "waiting")
    here.answer(here.orders(window)[0])
    assert here.go_on(window) == ("Window settled", "settled")
    assert here.balance("nostro") == 10


def test_too_little_leaves_it_short_and_funding_twice_books_once():
    here, window = short()
    request = Funding(amount=1, reason="a little")
    first = fund(here.desk, here.idempotency, command(here), window, request)
    told(here, window)
    assert here.go_on(window) == ("Await person", "waiting")
    second = fund(here.desk, here.idempotency, command(here), window, request)
    assert (second.body, second.replayed) == (first.body, True)
    assert here.balance("nostro") == -1
    with pytest.raises(KeyReused):
        fund(here.desk, here.idempotency, command(here, body="other"), window, request)


def test_a_higher_line_is_seen_when_it_is_resumed():
    here, window = short()
    here.line = 100
    assert again(here, window).status == 200
    assert here.go_on(window) == ("Await confirmation", "waiting")


def test_a_member_that_comes_while_it_is_short_is_computed_with_the_rest():
    here, window = short()
    late = here.member(150, incoming=True, at=here.kept(window).window.opens_at)
    assert here.joined(late) == window
    assert here.resumed[-1][1] == {"status": "closed"}
    assert here.go_on(window) == ("Await confirmation", "waiting")
    assert len(here.counted(window)) == 2
    here.answer(here.orders(window)[0])
    assert here.go_on(window) == ("Window settled", "settled")
    assert here.verified(window).difference is None


def test_what_was_rejected_is_ordered_again_by_a_person():
    here = office()
    window = here.joined(here.member(100))
    here.after_end(window)
    here.run(window)
    here.answer(here.orders(window)[0], "rejected", reason="AM04")
    assert here.go_on(window) == ("Await person", "waiting")
    assert again(here, window).status == 200
    assert here.go_on(window) == ("Await confirmation", "waiting")
    assert len({name for name, _ in here.bank.sent}) == 2
    here.answer(here.orders(window)[0])
    assert here.go_on(window) == ("Window settled", "settled")


def test_what_is_never_answered_is_sent_again_by_a_person_as_the_same_message():
    here = office()
    window = here.joined(here.member(100))
    here.after_end(window)
    here.run(window)
    for _ in range(3):  # the clock of the wait has run out
        assert here.run(window, state="Instruct settlement") == ("Await confirmation", "waiting")
    assert here.run(window, state="Instruct settlement") == ("Await person", "waiting")
    again(here, window)
    assert here.go_on(window) == ("Await confirmation", "waiting")
    assert len(here.bank.sent) == 5
    assert len(set(here.bank.sent)) == 1


def test_an_answer_that_comes_while_a_person_is_waited_for_goes_on():
    here = office()
    window = here.joined(here.member(100))
    here.after_end(window)
    here.run(window)
    for _ in range(4):
        here.run(window, state="Instruct settlement")
    here.answer(here.orders(window)[0])
    assert here.go_on(window) == ("Window settled", "settled")


def test_what_a_person_decided_before_the_wait_began_counts():
    here = office()
    window = here.joined(here.member(100))
    here.after_end(window)
    here.run(window)
    here.answer(here.orders(window)[0], "rejected")
    again(here, window)
    here.resumed.clear()
    assert here.task("AwaitPerson", window, token="t") == "again"
    assert here.resumed == [("t", {"status": "again"})]


def test_nobody_is_waited_for_in_a_window_that_goes_on():
    here = office()
    window = here.joined(here.member(100))
    answer = again(here, window)
    assert answer.status == 409
    assert '"code":"not_now"' in answer.body
    funding = Funding(amount=1, reason="x")
    refused = fund(here.desk, here.idempotency, command(here, "f"), window, funding)
    assert refused.status == 409
    assert here.balance("nostro") == 0
    assert NotNow("x").status == 409


def test_a_window_that_is_open_is_closed_early_by_a_cut_off_of_its_own():
    here = office()
    window = here.joined(here.member(100))
    place = here.store, here.idempotency
    refused = close_window(*place, command(here, "1"), window, WindowToClose())
    assert refused.status == WindowStillOpen("x").status == 409
    answer = close_window(*place, command(here, "2"), window, WindowToClose(early=True))
    assert answer.status == 202
    same = close_window(*place, command(here, "2"), window, WindowToClose(early=True))
    assert same.body == answer.body
    assert here.window().closes_at == here.now + LEAD
    ended = here.now + LEAD
    here.settled(window)
    assert here.kept(window).window.closes_at == ended
    later = here.joined(here.member(5, at=ended))
    assert later != window
    here.settled(later)
    for each in (window, later):
        assert here.verified(each).difference is None


def test_an_empty_window_is_closed_and_settled():
    here = office()
    window = here.window().id
    answer = close_window(
        here.store, here.idempotency, command(here), window, WindowToClose(early=True)
    )
    assert answer.status == 202
    here.settled(window)
    assert here.kept(window).count == 0
    assert here.bank.sent == []
    ended = close_window(here.store, here.idempotency, command(here, "z"), window, WindowToClose())
    assert '"status":"SETTLED"' in ended.body
