"""The fraud check on stored records: counting, remembering payees, finding decisions again."""

from remit.fraud import store
from remit.fraud.check import decided
from remit.fraud.model import Payee
from remit.fraud.rules import RULES
from remit.fraud.schema import DecisionView
from remit.fraud.store import RiskStore, _record
from remit.kernel.clock import DAY, MINUTE
from remit.payments.check import facts_of
from remit.payments.store import PaymentStore
from tests.integration.cloud import Cloud
from tests.integration.payments.scenes import EXTREME, LARGE, SMALL, accounts


def decision(cloud: Cloud, payment: str, **request):
    return cloud.api(
        "GET", "/payments/{id}/decision", path={"id": payment}, role="operator", **request
    )


def test_a_decision_tells_what_it_was_made_from(cloud):
    debtor, creditor = accounts(cloud)
    payment = cloud.pay(debtor, creditor, LARGE).body["id"]
    cloud.task("check", payment)

    view = DecisionView.model_validate(decision(cloud, payment).body)
    assert (view.payment_id, view.outcome, view.score) == (payment, "REVIEW", 100)
    assert view.reasons == ["AMOUNT_OVER_LIMIT", "NEW_PAYEE_LARGE"]
    assert view.rules_version == RULES.version
    assert view.features["amount"] == view.features["sum_24h"] == LARGE
    assert view.features["payee_known"] == 0


def test_a_payment_that_was_never_checked_has_no_decision(cloud):
    debtor, creditor = accounts(cloud)
    first = cloud.pay(debtor, creditor, SMALL).body["id"]
    second = cloud.pay(debtor, creditor, SMALL).body["id"]
    cloud.task("check", second)

    assert decision(cloud, first).code == "not_decided"
    assert decision(cloud, second).body["outcome"] == "ALLOW"
    assert decision(cloud, "pay_" + "0" * 26).code == "payment_not_found"
    assert decision(cloud, second, tenant="globex").code == "payment_not_found"


def test_the_search_for_a_decision_that_was_never_made_ends(cloud, monkeypatch):
    monkeypatch.setattr(store, "_NEXT_PAGE", 1)
    monkeypatch.setattr(store, "_MOST_LATER", 2)
    debtor, creditor = accounts(cloud)
    never = cloud.pay(debtor, creditor, SMALL).body["id"]
    assert cloud.cancel(never).status == 200

    def calls():
        cloud.dynamodb.watch()
        assert decision(cloud, never).code == "not_decided"
        return len(cloud.dynamodb.calls)

    counted = []
    for _ in range(9):
        cloud.clock.now += MINUTE
        cloud.task("check", cloud.pay(debtor, creditor, SMALL).body["id"])
        counted.append(calls())
    assert counted[-1] <= counted[3] + 3  # to find the beginning takes one call per doubling


def test_clients_do_not_see_decisions(cloud):
    found = cloud.api("GET", "/payments/{id}/decision", path={"id": "pay_" + "0" * 26})
    assert found.status == 403


def test_every_decision_is_found_again_among_many(cloud):
    debtor, creditor = accounts(cloud)
    payments = []
    for number in range(12):
        cloud.clock.now += 7_000 * (number % 3)
        payments.append(cloud.pay(debtor, creditor, number + 1).body["id"])
    for payment in payments:
        cloud.clock.now += 1
        assert cloud.task("check", payment) == "trusted"
    before = cloud.world()

    for number, payment in enumerate(payments):
        assert decision(cloud, payment).body["features"]["amount"] == number + 1
        assert cloud.task("check", payment) == "trusted"
    assert cloud.world() == before


def test_a_decision_can_be_made_again_bit_for_bit_from_what_is_stored(cloud):
    debtor, creditor = accounts(cloud)
    ids = []
    for number, amount in enumerate((SMALL, LARGE, SMALL, EXTREME, 1, LARGE)):
        cloud.clock.now += number * 17 * MINUTE
        ids.append(cloud.pay(debtor, creditor, amount).body["id"])
        cloud.task("check", ids[-1])
    payments = PaymentStore.of(cloud.dynamodb, "Payments")
    chain = [item for item in cloud.items("Fraud") if "counters" in item]
    chain.sort(key=lambda item: item["sk"])
    records = [_record(item) for item in chain]
    assert [record.payment_id for record in records] == ids

    for before, record in zip([None, *records], records, strict=False):
        stored = record.decision.features
        payee = Payee(known=bool(stored["payee_known"]), mark=stored["payee_mark"])
        facts = facts_of(payments.get("acme", record.payment_id))
        assert decided(before, RULES, facts, payee, now=record.at) == record


def test_a_payee_is_known_after_the_first_payment_that_is_allowed(cloud):
    debtor, creditor = accounts(cloud)
    known = []
    for mark in ("blocked", "watched", "none", "none"):
        cloud.mark(creditor, mark)
        payment = cloud.pay(debtor, creditor, SMALL).body["id"]
        cloud.task("check", payment)
        known.append(decision(cloud, payment).body["features"]["payee_known"])
    assert known == [0, 0, 0, 1]


def test_a_clock_that_runs_behind_does_not_turn_back_the_chain(cloud):
    debtor, creditor = accounts(cloud)
    first, second = (cloud.pay(debtor, creditor, 1).body["id"] for _ in range(2))
    cloud.clock.now += DAY
    cloud.task("check", first)
    cloud.clock.now -= DAY
    cloud.task("check", second)

    moments = [decision(cloud, payment).body["decided_at"] for payment in (first, second)]
    assert moments[0] == moments[1]
    assert decision(cloud, second).body["features"]["count_1h"] == 2


def test_another_accounts_payments_do_not_count(cloud):
    debtor, creditor = accounts(cloud)
    cloud.task("check", cloud.pay(debtor, creditor, 1).body["id"])
    cloud.deposit(creditor, 10)
    back = cloud.pay(creditor, debtor, 1).body["id"]
    cloud.task("check", back)
    assert decision(cloud, back).body["features"]["count_7d"] == 1


def test_a_payment_is_found_however_many_were_decided_since(cloud):
    debtor, creditor = accounts(cloud)
    payment = cloud.pay(debtor, creditor, 1).body["id"]
    cloud.task("check", payment)
    last = next(item for item in cloud.items("Fraud") if "counters" in item)
    risk = RiskStore.of(cloud.dynamodb, "Fraud")
    for number in range(2, 107):
        filler = _record(last | {"sk": f"{number:012d}", "payment": f"pay_{number}"})
        facts = facts_of(PaymentStore.of(cloud.dynamodb, "Payments").get("acme", payment))
        write = risk.append(facts, filler)
        cloud.dynamodb.client.put_item(**write.request)

    assert cloud.task("check", payment) == "trusted"
    assert decision(cloud, payment).body["features"]["amount"] == 1
