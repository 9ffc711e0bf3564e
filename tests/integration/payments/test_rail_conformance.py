"""What the road does with any rail: each one that there is walks it to its end."""

import pytest

from bench.write_units import Meter
from remit.rails.capability import SCHEMES
from tests.integration.payees.desk import CHAN, Payees, payees_desk
from tests.integration.payments import rail_cloud
from tests.integration.payments.rail_cloud import CREDITOR
from tests.integration.payments.scenes import MONEY, SMALL
from tests.integration.payments.test_road_cost import BAR, SizedCipher, begin_shards
from tests.unit.rails.conformance import OPEN, PROXIES


class Walk:
    """One rail, connected alone, and payments over it to the first payee that it can name."""

    def __init__(self, desk: Payees, rail: str) -> None:
        self.desk, self.scheme, self.rail = desk, SCHEMES[rail], rail
        self.road, self.cloud = desk.road, desk.cloud
        self.currency = next(iter(self.scheme.capability.amounts))

    def debtor(self) -> str:
        account = self.cloud.open(self.currency)
        self.cloud.deposit(account, MONEY, self.currency)
        return account

    def creditor(self) -> dict[str, object]:
        addressing = self.scheme.capability.addressing
        if "iban" in addressing:
            return CREDITOR
        proxy = next(each for each in addressing if each in PROXIES)
        asked = {"type": proxy, "value": PROXIES[proxy]}
        return {"lookup": self.desk.look_up(self.currency, proxy=asked).body["id"]}

    def pay(self, **more):
        debtor = more.pop("debtor", None) or self.debtor()
        creditor = more.pop("creditor", None) or self.creditor()
        body = {"creditor": creditor, "currency": self.currency} | more
        return self.cloud.pay(debtor, "", SMALL, more=body)

    def submitted(self, **more) -> str:
        answer = self.pay(**more)
        assert (answer.status, answer.body.get("rail")) == (202, self.rail), answer.text
        payment = answer.body["id"]
        for task in ("check", "reserve", "submit"):
            self.cloud.task(task, payment)
        assert self.road.status(payment) == "submitted"
        return payment

    def hear(self, body: bytes, *, rail: str | None = None) -> list[str]:
        """What follows from a message: the statuses that the machine came to."""
        self.cloud.machines.started.clear()
        answer = self.road.send(body, rail=rail or self.rail)
        assert answer.status == 202, answer.text
        return [self.road.run(start["input"]) for start in self.cloud.machines.started]

    def balance(self, payment: str) -> int:
        return self.cloud.balance(self.cloud.payment(payment)["debtor_account"])


@pytest.fixture(params=sorted(SCHEMES))
def walk(road, monkeypatch, request) -> Walk:
    """Each rail in turn, with no other connected."""
    desk = payees_desk(road, monkeypatch)
    desk.schemes.answer = CHAN
    monkeypatch.setenv("SCT_INST_URL", "none")
    monkeypatch.setenv("FPS_HK_URL", "none")
    url = f"https://{request.param.replace('_', '-')}.test/messages"
    monkeypatch.setenv(f"{request.param.upper()}_URL", url)
    monkeypatch.setattr(rail_cloud, "URL", url)
    return Walk(desk, request.param)


def test_its_own_statuses_end_a_payment_and_open_ones_leave_it(walk):
    for number, status in enumerate(sorted(walk.scheme.accepted)):
        payment = walk.submitted()
        assert walk.hear(walk.road.report(payment, OPEN[number])) == []
        assert walk.road.status(payment) == "submitted"
        assert walk.hear(walk.road.report(payment, status)) == ["completed"]
        assert walk.balance(payment) == MONEY - SMALL


def test_a_rejection_gives_the_money_back_with_its_code(walk):
    payment = walk.submitted()
    assert walk.hear(walk.road.report(payment, "RJCT", "XY99")) == ["declined"]
    assert (walk.balance(payment), walk.road.reasons(payment)) == (MONEY, ["XY99"])


def test_a_time_out_is_unknown_and_a_late_answer_wins(walk):
    payment = walk.submitted()
    late = walk.scheme.capability.enquire_seconds * 1_000
    walk.cloud.clock.now += late - 1
    walk.road.look(payment)
    assert walk.road.status(payment) == "submitted"
    walk.cloud.clock.now += 1
    walk.road.look(payment)
    assert walk.road.status(payment) == "unknown"
    assert (walk.balance(payment), walk.road.in_transit()) == (MONEY - SMALL, SMALL)
    assert walk.road.scheme.kinds == ["pacs.008.001.08", "pacs.008.001.08", "pacs.028.001.03"]
    assert walk.road.scheme.sent[0] == walk.road.scheme.sent[1]
    walk.cloud.clock.now += 80 * 24 * 3_600_000
    status = min(walk.scheme.accepted)
    assert walk.hear(walk.road.report(payment, status)) == ["completed"]


def test_what_is_lost_on_the_line_decides_nothing(walk):
    payment = walk.pay().body["id"]
    for task in ("check", "reserve"):
        walk.cloud.task(task, payment)
    walk.road.scheme.lose_answers()
    assert walk.cloud.task("submit", payment) == "submitted"
    assert walk.balance(payment) == MONEY - SMALL


def test_a_message_that_comes_twice_is_one(walk):
    payment = walk.submitted()
    report = walk.road.report(payment, min(walk.scheme.accepted))
    assert walk.hear(report) == ["completed"]
    before = walk.cloud.world()
    walk.hear(report)
    assert walk.cloud.world() == before


def test_a_return_comes_back_where_the_rail_has_returns(walk):
    assert walk.scheme.capability.returns, "the road knows no rail without; say here what then"
    payment = walk.submitted()
    walk.hear(walk.road.report(payment, min(walk.scheme.accepted)))
    money = walk.road.money_back(payment, SMALL, currency=walk.currency)
    assert walk.hear(money) == ["returned"]
    assert walk.balance(payment) == MONEY
    assert walk.cloud.trial()["balanced"]


def test_a_recall_goes_out_where_the_rail_has_recalls_and_is_refused_elsewhere(walk):
    payment = walk.submitted()
    walk.hear(walk.road.report(payment, min(walk.scheme.accepted)))
    answer = walk.road.recall(payment)
    has_recalls = walk.scheme.capability.recalls is not None
    assert answer.status == (202 if has_recalls else 422)
    assert has_recalls or answer.code == "rail_not_available"


def test_a_payment_keeps_within_the_bar_of_write_units(walk):
    walk.road.vault.keys.cipher = SizedCipher()
    debtor, creditor = walk.debtor(), walk.creditor()
    walk.cloud.clock.now += 60_000
    begin_shards(walk.road, debtor, walk.currency)
    for known in (False, True):
        meter = Meter(walk.cloud.dynamodb.client)
        walk.cloud.dynamodb.client, plain = meter, walk.cloud.dynamodb.client
        payment = walk.submitted(debtor=debtor, creditor=creditor)
        walk.hear(walk.road.report(payment, min(walk.scheme.accepted)))
        walk.cloud.dynamodb.client = plain
        assert not known or meter.write_units <= BAR


def test_the_payment_says_why_it_took_this_rail_and_a_refusal_why_none(walk):
    assert walk.pay().body["rail_because"] == "it is the only one that can"
    assert walk.pay(rail=walk.rail).body["rail_because"] == "it was asked for"
    most = walk.scheme.capability.amounts[walk.currency][1]
    refused = walk.pay(amount=most + 1)
    assert f"{walk.rail}: the amount is outside the rail's limits" in refused.body["detail"]
