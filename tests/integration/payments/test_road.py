"""A payment's road out of the house and back, with everything a rail may do to it."""

import pytest

from tests.integration.payments.scenes import LARGE, MONEY, SMALL


def test_a_payment_that_its_rail_accepts_is_completed(road):
    debtor = road.account()
    answer = road.pay(debtor)
    payment = answer.body["id"]
    assert (answer.status, answer.body["rail"]) == (202, "sct_inst")
    assert answer.body["rail_because"] == "it is the only one that can"
    assert answer.body["creditor"]["iban"] == "NL91••••••••••4300"
    assert road.cloud.task("check", payment) == "reserve"
    assert road.cloud.task("reserve", payment) == "reserved"
    assert (road.cloud.balance(debtor), road.in_transit()) == (MONEY - SMALL, SMALL)
    assert road.cloud.task("submit", payment) == "submitted"
    assert road.scheme.kinds == ["pacs.008.001.08"]

    assert road.settle(road.report(payment, "ACSC")) == ["completed"]

    assert (road.cloud.balance(debtor), road.in_transit()) == (MONEY - SMALL, SMALL)
    statuses = [step["status"] for step in road.cloud.payment(payment)["history"]]
    assert statuses == ["received", "reserved", "submitted", "completed"]


def test_a_payment_that_its_rail_rejects_is_declined_and_its_money_goes_back(road):
    payment = road.submitted()
    debtor = road.cloud.payment(payment)["debtor_account"]

    assert road.settle(road.report(payment, "RJCT", "AC04")) == ["declined"]

    assert (road.cloud.balance(debtor), road.in_transit()) == (MONEY, 0)
    assert road.reasons(payment) == ["AC04"]


def test_a_reason_that_nobody_knows_is_kept(road):
    payment = road.submitted()
    road.settle(road.report(payment, "RJCT", "ZZ99"))
    assert road.reasons(payment) == ["ZZ99"]
    assert road.cloud.payment(payment)["history"][-1]["reason_text"]


def test_a_payment_without_funds_is_declined_and_never_reaches_its_rail(road):
    payment = road.received(money=SMALL - 1)
    road.cloud.task("check", payment)
    assert road.cloud.task("reserve", payment) == "declined"
    assert road.cloud.task("submit", payment) == "declined"
    assert (road.reasons(payment), road.scheme.sent) == (["AM04"], [])


def test_a_payment_that_a_person_releases_goes_on_to_its_rail(road):
    payment = road.received(LARGE)
    assert road.cloud.task("check", payment) == "in_review"
    case = road.cloud.payment(payment)["case_id"]
    assert road.cloud.decide(case, "release").status == 200
    assert road.cloud.task("check", payment) == "reserve"
    assert road.cloud.task("reserve", payment) == "reserved"
    assert road.cloud.task("submit", payment) == "submitted"


def test_an_answer_may_come_before_the_submission_has_returned(road):
    payment = road.reserved()
    road.scheme.meanwhile = lambda: road.settle(road.report(payment, "ACSC"))

    assert road.cloud.task("submit", payment) == "submitted"

    assert road.status(payment) == "completed"
    assert road.cloud.task("submit", payment) == "completed"
    assert len(road.scheme.sent) == 1


@pytest.mark.parametrize("status", ["ACSC", "ACCC", "ACCP"])
def test_each_word_for_yes_completes_a_payment_once(road, status):
    payment = road.submitted()
    assert road.settle(road.report(payment, status)) == ["completed"]
    after = road.cloud.world()["Payments"]
    assert road.settle(road.report(payment, status)) == ["completed"]
    assert road.cloud.world()["Payments"] == after


@pytest.mark.parametrize("status", ["PDNG", "ACSP", "ACTC", "RCVD"])
def test_a_word_that_decides_nothing_changes_nothing(road, status):
    payment = road.submitted()
    assert road.settle(road.report(payment, status)) == []
    assert road.status(payment) == "submitted"


def test_a_status_that_nobody_knows_is_for_a_person(road):
    payment = road.submitted()
    assert road.settle(road.report(payment, "WHAT")) == []
    assert road.status(payment) == "submitted"
    (message,) = road.cloud.items("Rails")
    assert message["facts"][0]["meaning"] == "not_understood"


def test_the_same_rejection_twice_gives_the_money_back_once(road):
    payment = road.submitted()
    debtor = road.cloud.payment(payment)["debtor_account"]
    for _ in range(2):
        assert road.settle(road.report(payment, "RJCT", "AC04")) == ["declined"]
    assert (road.cloud.balance(debtor), road.in_transit()) == (MONEY, 0)


def test_a_rejection_after_the_acceptance_changes_nothing_and_calls_a_person(road):
    payment = road.completed()
    before = road.cloud.world()
    assert road.settle(road.report(payment, "RJCT", "AC04")) == ["contradicted"]
    after = road.cloud.world()
    assert (after["Payments"], after["Ledger"]) == (before["Payments"], before["Ledger"])


def test_an_acceptance_after_the_rejection_changes_nothing_and_calls_a_person(road):
    payment = road.declined()
    before = road.cloud.world()
    assert road.settle(road.report(payment, "ACSC")) == ["contradicted"]
    after = road.cloud.world()
    assert (after["Payments"], after["Ledger"]) == (before["Payments"], before["Ledger"])


@pytest.mark.parametrize(("status", "reason"), [("ACSC", None), ("RJCT", "AC04")])
def test_an_answer_about_what_the_rail_has_not_been_given_yet_moves_nothing(road, status, reason):
    payment = road.reserved()
    road.cloud.machines.started.clear()
    assert road.send(road.report(payment, status, reason)).status == 202
    (start,) = road.cloud.machines.started
    with pytest.raises(Exception, match="never given"):
        road.run(start["input"])
    assert (road.status(payment), road.in_transit()) == ("reserved", SMALL)


@pytest.mark.parametrize("reason", ["DU01", "DU03"])
def test_that_a_message_came_twice_is_no_rejection(road, reason):
    payment = road.submitted()
    assert road.settle(road.report(payment, "RJCT", reason)) == []
    assert road.status(payment) == "submitted"


def test_a_payment_that_was_declined_for_fraud_cannot_be_answered_by_a_rail(road):
    payment = road.received()
    road.cloud.cancel(payment)
    road.cloud.machines.started.clear()
    assert road.send(road.report(payment, "ACSC")).status == 202
    (start,) = road.cloud.machines.started
    with pytest.raises(Exception, match="never given"):
        road.run(start["input"])
    assert road.status(payment) == "cancelled"


def test_a_message_that_is_sent_again_is_the_same_to_the_byte(road):
    payment = road.submitted()
    road.cloud.clock.now += 5_000
    assert road.cloud.task("submit", payment) == "submitted"
    first, again = road.scheme.sent
    assert first == again


@pytest.mark.parametrize("status", [200, 202, 409, 400, 503])
def test_whatever_the_line_answers_decides_nothing(road, status):
    payment = road.reserved()
    road.scheme.status = status
    assert road.cloud.task("submit", payment) == "submitted"
    assert road.status(payment) == "submitted"


def test_an_answer_that_is_lost_on_the_line_leaves_the_payment_submitted(road):
    payment = road.reserved()
    road.scheme.lose_answers()
    assert road.cloud.task("submit", payment) == "submitted"
    assert road.settle(road.report(payment, "ACSC")) == ["completed"]


def test_a_payment_on_its_rail_cannot_be_cancelled(road):
    for payment in (road.reserved(), road.submitted(), road.unknown(), road.completed()):
        answer = road.cloud.cancel(payment)
        assert (answer.status, answer.code) == (409, "not_cancellable")


def test_money_for_an_account_that_was_closed_meanwhile_waits_in_suspense(road):
    payment = road.submitted(money=SMALL)
    debtor = road.cloud.payment(payment)["debtor_account"]
    rule(road, debtor, {"closed": True})

    assert road.settle(road.report(payment, "RJCT", "AC04")) == ["declined"]

    assert (road.in_transit(), road.suspended()) == (0, SMALL)
    assert road.settle(road.report(payment, "RJCT", "AC04")) == ["declined"]
    assert road.suspended() == SMALL


def test_a_debtor_whose_data_was_erased_is_not_told_of_and_gets_the_money_back(road):
    payment = road.reserved()
    debtor = road.cloud.payment(payment)["debtor_account"]
    erase(road, debtor)
    assert road.cloud.task("submit", payment) == "declined"
    assert (road.cloud.balance(debtor), road.scheme.sent) == (MONEY, [])


def test_the_payments_record_has_nobodys_name_and_no_number(road):
    road.completed()
    for table in ("Payments", "Rails", "Fraud", "Idempotency"):
        told = str(road.cloud.items(table))
        assert "Zoë" not in told
        assert "NL91ABNA0417164300" not in told


def rule(road, account, rules):
    answer = road.cloud.api(
        "POST",
        "/accounts/{id}/rules",
        role="operator",
        path={"id": account},
        body=rules | {"reason": "told to"},
    )
    assert answer.status == 200, answer.text


def erase(road, account):
    road.vault.erase(
        "acme",
        account,
        at=road.cloud.clock.now,
        requested_by="ada",
        approved_by="olga",
        reason="asked",
        keep_until=None,
    )
