"""*Instruct settlement*: committed before it is sent, sent at least once, as the same message."""

from dataclasses import replace

import pytest

from remit.kernel.errors import Unavailable
from remit.rails.iso20022 import pacs009
from remit.rails.iso20022.references import fault
from remit.settlement.check import check
from remit.settlement.walk import change
from tests.unit.settlement.office import AGENT, OURS, Killed, kill, lose, office

HKD = {"rail": "fps_hk", "currency": "HKD"}


def ready(*members_of, **more):
    """A window that is computed, and for which there is enough."""
    here = office(**more)
    members = [here.member(amount, **kind) for amount, kind in members_of]
    window = here.joined(*members)
    here.after_end(window)
    here.task("CloseSettlement", window)
    here.compute(window)
    return here, window


def sent(here):
    return [pacs009.read(body) for _, body in here.bank.sent]


def test_net_one_order_pays_our_position_through_the_settlement_bank():
    here, window = ready((100, {}), (30, {"incoming": True}), (5, {"payee": "BANKFRXXXXX"}))
    assert here.task("CheckSettlement", window) == "enough"
    assert here.task("Instruct", window) == "instructed"
    (message,) = sent(here)
    (order,) = message.instructions
    assert (order.debtor.bic, order.creditor.bic, order.amount.amount) == (OURS, AGENT, 75)
    assert order.settlement_date.isoformat() == here.kept(window).window.day == "2026-11-24"
    assert order.remittance == (window,)
    for identifier in (message.header.message_id, order.ids.end_to_end_id):
        assert fault(identifier) is None
    (kept,) = here.orders(window)
    assert order.ids.uetr == kept.uetr
    assert here.store.led_to(kept.uetr).window_id == window


def test_what_we_are_owed_is_ordered_the_other_way():
    here, window = ready((30, {"incoming": True}))
    here.task("CheckSettlement", window)
    here.task("Instruct", window)
    ((order,),) = [message.instructions for message in sent(here)]
    assert (order.debtor.bic, order.creditor.bic) == (AGENT, OURS)


def test_a_window_that_comes_out_even_needs_no_order():
    here, window = ready((30, {}), (30, {"incoming": True, "payee": "BANKFRXXXXX"}))
    assert here.run(window, state="Check liquidity") == ("Window settled", "settled")
    assert here.bank.sent == []
    assert here.balance("in_transit") == here.balance("settlement") == 0


def test_gross_each_payment_is_an_order_and_what_came_in_is_paid_already():
    here, window = ready((100, HKD), (30, HKD), (7, {"incoming": True} | HKD))
    desk = replace(here.desk, lines={"HKD": 1_000})
    assert check(desk, tenant="acme", window_id=window, now=here.now).status == "enough"
    assert here.task("Instruct", window) == "instructed"
    assert sorted(message.instructions[0].amount.amount for message in sent(here)) == [30, 100]
    assert sorted(order.answer for order in here.orders(window)) == ["", "", "confirmed"]
    for order in here.orders(window):
        if not order.answer:
            here.answer(order, "booked")
    assert here.run(window, state="Post settlement") == ("Window settled", "settled")
    assert here.balance("in_transit", "HKD") == here.balance("settlement", "HKD") == 0
    assert here.balance("nostro", "HKD") == 123


def test_gross_nobody_is_paid_for_a_credit_that_its_scheme_would_not_have():
    here, window = ready((7, {"incoming": True} | HKD), (7, {"is_void": True} | HKD), (30, HKD))
    desk = replace(here.desk, lines={"HKD": 1_000})
    assert check(desk, tenant="acme", window_id=window, now=here.now).status == "enough"
    assert here.task("Instruct", window) == "instructed"
    assert [message.instructions[0].amount.amount for message in sent(here)] == [30]
    (order,) = [each for each in here.orders(window) if not each.answer]
    here.answer(order, "booked")
    assert here.run(window, state="Post settlement") == ("Window settled", "settled")
    assert here.balance("in_transit", "HKD") == here.balance("settlement", "HKD") == 0
    assert here.balance("nostro", "HKD") == 30


def test_a_bank_that_nobody_has_named_by_bic_is_ordered_by_the_name_that_it_has_here():
    unnamed = HKD | {"payee": "UNNAMEDHK"}
    here, window = ready((100, unnamed), (30, HKD))
    desk = replace(here.desk, lines={"HKD": 1_000})
    assert check(desk, tenant="acme", window_id=window, now=here.now).status == "enough"
    assert here.task("Instruct", window) == "instructed"
    paid = {each.instructions[0].amount.amount: each.instructions[0] for each in sent(here)}
    assert {each.debtor.bic for each in paid.values()} == {OURS}
    assert (paid[100].creditor.bic, paid[100].creditor.other.id) == (None, "UNNAMEDHK")
    assert (paid[30].creditor.bic, paid[30].creditor.other) == ("BANKNLXXXXX", None)


def test_it_goes_on_from_where_it_was_late():
    here, window = ready(*[(amount, HKD) for amount in range(1, 130)])
    desk = replace(here.desk, lines={"HKD": 10**9})
    assert check(desk, tenant="acme", window_id=window, now=here.now).status == "enough"
    times = iter([False, False, True] * 200)
    statuses = []
    while not statuses or statuses[-1] == "instructing":
        statuses.append(here.task("Instruct", window, is_late=lambda: next(times)))
    assert statuses[-1] == "instructed"
    assert len(statuses) > 5
    assert len(here.bank.sent) == len({name for name, _ in here.bank.sent}) == 129


def test_it_is_sent_again_as_the_same_message_and_then_a_person_is_called():
    here, window = ready((100, {}))
    here.task("CheckSettlement", window)
    assert [here.task("Instruct", window) for _ in range(4)] == ["instructed"] * 4
    assert len(here.bank.sent) == 4
    assert len(set(here.bank.sent)) == 1
    assert here.task("Instruct", window) == "unanswered"
    assert len(here.bank.sent) == 4


@pytest.mark.parametrize("fault", ["the reply is lost", "it dies before", "it dies after"])
def test_whatever_call_is_disturbed_the_same_order_goes_out(fault):
    before, window = ready((100, {}))
    before.task("CheckSettlement", window)
    before.client.calls = 0
    calm = before.fork()
    calm.task("Instruct", window)
    for number in range(calm.client.calls):
        here = before.fork()
        if fault == "it dies before":
            here.client.before = kill(number)
        else:
            here.client.after = lose(number) if fault == "the reply is lost" else kill(number)
        with pytest.raises((Killed, Unavailable)):
            here.task("Instruct", window)
        here.client.before = here.client.after = None
        assert here.task("Instruct", window) == "instructed"
        assert {*here.bank.sent} == {*calm.bank.sent}
        assert here.kept(window).status == "INSTRUCTED"
        assert len(here.orders(window)) == 1


def test_nothing_is_sent_before_the_window_is_instructed():
    here, window = ready((100, {}))
    here.task("CheckSettlement", window)
    here.bank.meanwhile = lambda _: seen.append(here.kept(window).status)
    seen = []
    here.task("Instruct", window)
    assert seen == ["INSTRUCTED"]


def test_an_answer_that_comes_before_the_sending_returns_counts():
    here, window = ready((100, {}))
    here.task("CheckSettlement", window)
    here.bank.meanwhile = lambda _: here.answer(here.orders(window)[0])
    assert here.task("Instruct", window) == "confirmed"
    assert here.run(window, state="Instruct settlement") == ("Window settled", "settled")


def test_what_was_rejected_is_ordered_anew_and_only_that():
    here, window = ready((100, HKD), (30, HKD))
    desk = replace(here.desk, lines={"HKD": 10**9})
    check(desk, tenant="acme", window_id=window, now=here.now)
    here.task("Instruct", window)
    first, second = here.orders(window)
    assert here.answer(first).status == "INSTRUCTED"
    assert here.answer(second, "rejected", reason="AM04").status == "PART_FAILED"
    assert here.task("Instruct", window) == "part_failed"
    kept = here.kept(window)
    change(here.store, kept, replace(kept, again=True))
    assert here.task("Instruct", window) == "instructed"
    assert len(here.bank.sent) == 3
    renewed = here.orders(window)
    assert [
        order.uetr == old.uetr for order, old in zip(renewed, (first, second), strict=True)
    ] == [
        True,
        False,
    ]
    assert here.answer(second).outcome == "outdated"
    assert here.answer(renewed[1]).status == "CONFIRMED"
