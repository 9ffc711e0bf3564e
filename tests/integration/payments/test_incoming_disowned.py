"""The scheme says no to a payment before the payment itself has come: it is never credited."""

from collections.abc import Callable

import pytest

from remit.rails.iso20022 import pacs002
from tests.integration.payments.incoming_cloud import Abroad
from tests.integration.payments.scenes import SMALL

NO = ("RJCT", "AC04")


@pytest.fixture
def abroad(road) -> Abroad:
    return Abroad(road)


def only(body: bytes, name: str) -> bytes:
    """The message with one of both names of its payment."""
    other = {"UETR": b"OrgnlTxId", "TxId": b"OrgnlUETR"}[name]
    begin, end = body.index(b"<" + other + b">"), body.index(b"</" + other + b">")
    return body[:begin] + body[end + len(other) + 3 :]


def with_bank(body: bytes) -> bytes:
    """The same, with the payer's bank, without which a transaction id names nothing."""
    bank = (
        b"<OrgnlTxRef><DbtrAgt><FinInstnId><BICFI>ABNANL2AXXX</BICFI></FinInstnId></DbtrAgt>"
        b"</OrgnlTxRef></TxInfAndSts>"
    )
    return body.replace(b"</TxInfAndSts>", bank)


def meanwhile(abroad: Abroad, act: Callable[[], object]) -> Callable[[], None]:
    """Do `act` just before the next transaction is committed, once."""
    did: list[object] = []

    def rival(send):
        if not did:
            did.append(None)
            did.append(act())
        return send()

    abroad.cloud.dynamodb.watch(every={"transact_write_items": rival})
    return abroad.cloud.dynamodb.watch


@pytest.mark.parametrize("name", ["UETR", "TxId", None])
def test_a_no_that_comes_first_means_that_nothing_is_credited(abroad, name):
    account = abroad.account()
    body = abroad.transfer(account)
    verdict = with_bank(abroad.verdict(1, *NO))
    assert abroad.settle(only(verdict, name) if name else verdict) == []
    content = abroad.kept(body)
    assert abroad.run(content) == "answered"
    assert abroad.answers() == [NO]
    assert (abroad.cloud.balance(account), abroad.status(content["id"])) == (0, "rejected")
    step = abroad.look(content["id"]).body["history"][-1]
    assert (step["reason"], abroad.road.in_transit()) == ("AC04", 0)


def test_the_payment_may_come_again_and_in_another_message_and_stays_rejected(abroad):
    account = abroad.account()
    body = abroad.transfer(account, number=1)
    assert abroad.settle(abroad.verdict(1, *NO)) == []
    for each in (body, body, abroad.transfer(account, number=1, ids={"uetr": None})):
        assert abroad.settle(each) == ["answered"]
    assert len(set(abroad.road.scheme.sent)) == 1
    assert abroad.cloud.balance(account) == 0


def test_a_no_is_said_to_a_person_and_the_next_one_changes_nothing(abroad, capsys):
    body, verdict = abroad.transfer(abroad.account()), abroad.verdict(1, *NO)
    assert abroad.settle(verdict) == abroad.settle(verdict) == []
    assert abroad.settle(abroad.verdict(1, "RJCT", "AB05")) == []
    assert capsys.readouterr().out.count('"StrangerAnswered":[1.0]') == 3
    assert abroad.settle(body) == ["answered"]
    assert abroad.answers() == [NO]
    assert abroad.settle(abroad.verdict(1, "RJCT", "AB05")) == ["rejected"]


def test_a_no_while_its_payment_is_being_kept_is_seen_by_it(abroad):
    account = abroad.account()
    body, verdict = abroad.transfer(account), abroad.verdict(1, *NO)
    stop = meanwhile(abroad, lambda: abroad.road.send(verdict))
    content = abroad.kept(body)
    stop()
    assert abroad.run(content) == "answered"
    assert (abroad.answers(), abroad.cloud.balance(account)) == ([NO], 0)


def test_a_payment_that_is_kept_while_its_no_is_taken_in_is_seen_by_that(abroad):
    account = abroad.account()
    body, verdict = abroad.transfer(account), with_bank(only(abroad.verdict(1, *NO), "TxId"))
    stop = meanwhile(abroad, lambda: abroad.road.send(body))
    assert abroad.road.send(verdict).status == 202
    stop()
    told = {start["input"]["status"]: start["input"] for start in abroad.cloud.machines.started}
    assert told.keys() == {"arrived", "disowned"}
    assert abroad.run(told["arrived"]) == "answered"
    assert abroad.cloud.balance(account) == SMALL
    assert abroad.run(told["disowned"]) == "reversed"
    assert (abroad.cloud.balance(account), abroad.road.in_transit()) == (0, 0)


def test_a_payment_that_comes_at_once_with_and_without_a_uetr_is_credited_once(abroad):
    account = abroad.account()
    abroad.arrived(account)  # so that its keys are made, over which both would meet
    whole = abroad.transfer(account, number=7)
    part = abroad.transfer(account, number=7, ids={"uetr": None})
    for first, second in ((whole, part), (part, whole)):
        before = abroad.cloud.world()
        abroad.cloud.machines.started.clear()
        stop = meanwhile(abroad, lambda body=first: abroad.road.send(body))
        assert abroad.road.send(second).status == 202
        stop()
        started = [start["input"] for start in abroad.cloud.machines.started]
        assert len({content["id"] for content in started}) == 1
        assert {abroad.run(content) for content in started} == {"answered"}
        assert abroad.cloud.balance(account) == 2 * SMALL
        abroad.cloud.restore(before)


def test_a_no_to_a_payment_between_two_of_ours_keeps_it_from_being_credited(abroad):
    account = abroad.account()
    to_us = {"creditor": {"iban": abroad.iban(account)}, "more": {"rail": "sct_inst"}}
    payment = abroad.road.pay(abroad.road.account(), **to_us).body["id"]
    for step in ("check", "reserve", "submit"):
        abroad.cloud.task(step, payment)
    uetr = abroad.cloud.payment(payment)["uetr"]
    assert abroad.settle(abroad.road.report(payment, *NO)) == ["declined"]
    assert abroad.settle(abroad.transfer(account, ids={"uetr": uetr})) == ["answered"]
    assert (abroad.answers(), abroad.cloud.balance(account)) == ([NO], 0)
    assert abroad.road.in_transit() == 0


def test_a_no_to_a_payment_to_another_bank_leaves_no_mark(abroad):
    payment = abroad.road.submitted()
    before = len(abroad.cloud.items("Payments"))
    assert abroad.settle(abroad.road.report(payment, *NO)) == ["declined"]
    assert len(abroad.cloud.items("Payments")) == before


def test_a_message_that_says_no_to_more_than_a_commit_holds_is_heard_to_its_end(abroad):
    account = abroad.account()
    report = pacs002.read(abroad.verdict(1, *NO), max_bytes=10_000)
    others = [pacs002.read(abroad.verdict(each, *NO), max_bytes=10_000) for each in range(1, 131)]
    told = tuple(one.payments[0] for one in (*others, others[0]))
    whole = pacs002.build(pacs002.StatusReport(header=report.header, payments=told))
    assert abroad.settle(whole) == []
    for number in (1, 60, 130):
        assert abroad.settle(abroad.transfer(account, number=number)) == ["answered"]
    assert (set(abroad.answers()), abroad.cloud.balance(account)) == ({NO}, 0)


def test_a_message_that_asks_one_payment_back_twice_opens_one_case(abroad):
    abroad.arrived(abroad.account())
    body = abroad.asked_back(1)
    begin, end = body.index(b"<TxInf>"), body.index(b"</TxInf>") + 8
    twice = body[:end] + body[begin:end].replace(b"CASE-1", b"CASE-2") + body[end:]
    assert abroad.settle(twice) == []
    assert [case["status"] for case in abroad.recalls()] == ["open"]
