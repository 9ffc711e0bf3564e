"""Money that comes back after it had gone: returns, in whole and in part, and recalls."""

import pytest

from tests.builders import lambda_context
from tests.integration.cloud import SETTINGS, handler
from tests.integration.payments.scenes import MONEY, SMALL
from tests.integration.payments.test_road import rule
from tests.integration.payments.test_road_time import once
from tests.integration.payments.test_sweep import changes, sweep

RECALL = SETTINGS["RECALL_QUEUE_URL"]
DAY = 24 * 3_600_000


def balance(road, payment):
    return road.cloud.balance(road.cloud.payment(payment)["debtor_account"])


def test_a_return_gives_the_debtor_the_money_by_a_transfer_of_its_own(road):
    payment = road.completed()
    assert road.settle(road.money_back(payment, SMALL, reason="AC04")) == ["returned"]

    assert (balance(road, payment), road.in_transit()) == (MONEY, 0)
    view = road.cloud.payment(payment)
    assert (view["status"], view["returned_amount"]) == ("returned", SMALL)
    assert road.reasons(payment) == ["AC04"]
    why = {item["why"] for item in road.cloud.items("Ledger") if item["sk"] == "transfer"}
    assert f"return {payment}" in why


def test_a_part_that_comes_back_leaves_the_payment_completed(road):
    payment = road.completed()
    assert road.settle(road.money_back(payment, 500, identifier="A")) == ["completed"]
    assert road.cloud.payment(payment)["returned_amount"] == 500
    assert road.settle(road.money_back(payment, SMALL - 500, identifier="B")) == ["returned"]
    assert (balance(road, payment), road.in_transit()) == (MONEY, 0)


def test_the_same_return_told_twice_is_counted_once(road):
    payment = road.completed()
    for _ in range(2):
        assert road.settle(road.money_back(payment, 500)) == ["completed"]
    assert road.cloud.payment(payment)["returned_amount"] == 500
    assert road.in_transit() == SMALL - 500


@pytest.mark.parametrize(("amount", "currency"), [(SMALL - 499, "EUR"), (1, "USD"), (500, "USD")])
def test_no_more_comes_back_than_was_paid_nor_another_currency(road, amount, currency):
    payment = road.completed()
    road.settle(road.money_back(payment, 500, identifier="A"))
    message = road.money_back(payment, amount, identifier="B", currency=currency)
    assert road.settle(message) == ["contradicted"]
    assert road.cloud.payment(payment)["returned_amount"] == 500


def test_a_return_under_a_known_id_with_another_amount_contradicts(road):
    payment = road.completed()
    road.settle(road.money_back(payment, 500))
    assert road.settle(road.money_back(payment, 600)) == ["contradicted"]
    assert road.in_transit() == SMALL - 500


def test_a_return_after_all_of_it_has_come_back_contradicts(road):
    payment = road.returned()
    assert road.settle(road.money_back(payment, 1, identifier="B")) == ["contradicted"]
    assert (balance(road, payment), road.in_transit()) == (MONEY, 0)


def test_a_return_of_a_rejected_payment_contradicts(road):
    payment = road.declined()
    assert road.settle(road.money_back(payment, SMALL)) == ["contradicted"]
    assert (balance(road, payment), road.in_transit()) == (MONEY, 0)


def test_a_return_that_overtakes_the_acceptance_proves_it(road):
    payment = road.submitted()
    assert road.settle(road.money_back(payment, SMALL)) == ["returned"]
    assert road.settle(road.report(payment, "ACSC")) == ["returned"]
    statuses = [step["status"] for step in road.cloud.payment(payment)["history"]]
    assert statuses[-3:] == ["submitted", "completed", "returned"]
    assert (balance(road, payment), road.in_transit()) == (MONEY, 0)


def test_a_rejection_after_a_return_contradicts(road):
    payment = road.returned()
    assert road.settle(road.report(payment, "RJCT", "AC04")) == ["contradicted"]
    assert (balance(road, payment), road.in_transit()) == (MONEY, 0)


def test_a_return_to_a_frozen_account_waits_in_suspense(road):
    payment = road.completed()
    rule(road, road.cloud.payment(payment)["debtor_account"], {"frozen": "both"})
    assert road.settle(road.money_back(payment, SMALL)) == ["returned"]
    assert (road.in_transit(), road.suspended()) == (0, SMALL)


# Recalls.


def look(road, payment):
    return road.cloud.api("GET", "/payments/{id}/recall", path={"id": payment})


def test_a_recall_is_kept_then_sent_and_due_by_the_schemes_calendar(road):
    payment = road.completed()
    before = road.cloud.world()
    answer = road.recall(payment)
    assert (answer.status, answer.body["status"]) == (202, "requested")
    # Fifteen business days from Tuesday 24 November 2026, none of them a holiday of TARGET.
    assert answer.body["answer_due_at"] == "2026-12-16T00:00:00.000Z"
    assert look(road, payment).body == answer.body

    assert sweep(changes(road.cloud, before)) == []
    (message,) = road.cloud.queues.sent[RECALL]
    assert road.cloud.deliver("payments/send_recall", message) == []
    assert road.scheme.kinds[-1] == "camt.056.001.08"


def test_a_recall_that_the_rail_does_not_take_comes_back(road):
    payment = road.recalled()
    message = {"id": payment, "tenant": "acme", "request_id": "sweep"}
    road.scheme.status = 503
    assert road.cloud.deliver("payments/send_recall", message) == ["0"]
    road.scheme.lose_answers()
    assert road.cloud.deliver("payments/send_recall", message) == ["0"]
    road.scheme.trouble, road.scheme.status = None, 409
    assert road.cloud.deliver("payments/send_recall", message) == []
    first, *others = road.scheme.sent[-3:]
    assert others == [first, first]


def test_a_refused_recall_leaves_the_payment_completed(road):
    payment = road.recalled()
    for _ in range(2):
        assert road.settle(road.refusal(payment)) == ["completed"]
    found = look(road, payment).body
    assert (found["status"], found["answer_reason"]) == ("refused", "CUST")
    sent = len(road.scheme.sent)
    message = {"id": payment, "tenant": "acme", "request_id": "sweep"}
    assert road.cloud.deliver("payments/send_recall", message) == []
    assert len(road.scheme.sent) == sent
    assert open_recalls(road) == []


def test_a_return_answers_the_recall(road):
    payment = road.recalled()
    assert road.settle(road.money_back(payment, SMALL, reason="FOCR")) == ["returned"]
    found = look(road, payment).body
    assert (found["status"], found["answer_reason"]) == ("accepted", "FOCR")
    assert open_recalls(road) == []


def test_money_may_come_back_after_the_recall_was_refused(road):
    payment = road.recalled()
    road.settle(road.refusal(payment))
    assert road.settle(road.money_back(payment, SMALL, reason="FOCR")) == ["returned"]
    assert look(road, payment).body["status"] == "accepted"
    assert road.settle(road.refusal(payment)) == ["returned"]
    assert look(road, payment).body["status"] == "accepted"


def test_a_recall_that_is_made_while_the_money_comes_back_is_answered_by_it(road):
    payment = road.completed()
    back = road.money_back(payment, SMALL, reason="FOCR")
    recalled = once(lambda: road.recall(payment))
    road.cloud.dynamodb.watch(every={"transact_write_items": recalled})
    assert road.settle(back)[0] == "returned"
    assert look(road, payment).body["status"] == "accepted"
    assert open_recalls(road) == []


@pytest.mark.parametrize(("part", "status"), [(SMALL, 409), (SMALL // 2, 202)])
def test_money_that_comes_back_while_a_recall_is_made_goes_before_it(road, part, status):
    payment = road.completed()
    back = road.money_back(payment, part)
    returned = once(lambda: road.settle(back))
    road.cloud.dynamodb.watch(every={"transact_write_items": returned})
    assert road.recall(payment).status == status
    assert len(open_recalls(road)) == (status == 202)


def test_a_pending_answer_to_a_recall_changes_nothing(road):
    payment = road.recalled()
    assert road.settle(road.refusal(payment, "PDCR")) == []
    assert look(road, payment).body["status"] == "requested"


def test_a_refusal_of_a_recall_that_nobody_asked_for_changes_nothing(road):
    payment = road.completed()
    assert road.settle(road.refusal(payment)) == ["completed"]
    assert look(road, payment).code == "not_recalled"


@pytest.mark.parametrize("prepare", ["received", "submitted", "unknown", "declined", "returned"])
def test_only_a_settled_payment_is_recalled(road, prepare):
    answer = road.recall(getattr(road, prepare)())
    assert (answer.status, answer.code) == (409, "not_recallable")


def test_a_payment_inside_the_house_is_not_recalled(road):
    debtor, creditor = road.account(), road.cloud.open()
    payment = road.cloud.pay(debtor, creditor, SMALL).body["id"]
    road.cloud.run(payment)
    assert road.recall(payment).code == "not_recallable"


@pytest.mark.parametrize(("reason", "days"), [("DUPL", 14), ("TECH", 14), ("FRAD", 395)])
def test_a_recall_is_in_time_for_as_long_as_its_reason_says(road, reason, days):
    payment = road.completed()
    road.cloud.clock.now += days * DAY + 1
    assert road.recall(payment, reason).code == "recall_too_late"
    road.cloud.clock.now -= 1
    assert road.recall(payment, reason).status == 202


def test_a_payment_is_recalled_once(road):
    payment = road.recalled()
    assert road.recall(payment).code == "already_recalled"


def test_a_client_may_not_recall(road):
    assert road.recall(road.completed(), role="client").status == 403


def test_a_recall_is_overdue_when_its_day_is_over(road):
    road.recalled()
    road.cloud.clock.now = 1_797_379_199_999  # the last millisecond of 15 December 2026
    assert overdue(road) == 0
    road.cloud.clock.now += 1
    assert overdue(road) == 1


def overdue(road):
    return handler("payments/remind")({}, lambda_context())["overdue"]


def open_recalls(road):
    return [item for item in road.cloud.items("Payments") if item["pk"] == "recalls#open"]
