"""What becomes of payments: completed, declined, cancelled, reviewed; and what never changes."""

import pytest

from remit.payments.schema import PaymentsView, PaymentView
from tests.integration.ledger.hostile import IDS, cursor, cursors
from tests.integration.payments.scenes import (
    EXTREME,
    LARGE,
    SMALL,
    accounts,
    completed,
    in_review,
    received,
    released,
)


def walked(cloud, payment):
    return [(step["status"], step["reason"]) for step in view(cloud, payment)["history"]]


def view(cloud, payment):
    return PaymentView.model_validate(cloud.payment(payment)).model_dump()


def test_a_payment_moves_money_once_and_says_so(cloud):
    scene = received(cloud, SMALL)
    assert cloud.run(scene.payment) == "completed"
    assert cloud.run(scene.payment) == "completed"

    assert walked(cloud, scene.payment) == [("received", None), ("completed", None)]
    assert cloud.balance(scene.creditor) == SMALL
    assert cloud.trial()["balanced"]


def test_a_payment_of_all_that_is_there_completes(cloud):
    scene = received(cloud, SMALL, money=SMALL)
    assert cloud.run(scene.payment) == "completed"
    assert cloud.balance(scene.debtor) == 0


def test_a_declined_payment_stays_declined_when_money_arrives(cloud):
    scene = received(cloud, SMALL, money=SMALL - 1)
    assert cloud.run(scene.payment) == "declined"
    assert walked(cloud, scene.payment) == [("received", None), ("declined", "AM04")]

    cloud.deposit(scene.debtor, 1_000)
    assert cloud.run(scene.payment) == "declined"
    assert cloud.task("post", scene.payment) == "declined"
    assert cloud.balance(scene.creditor) == 0


def test_a_payment_that_the_ledger_cannot_book_is_declined(cloud):
    scene = received(cloud, SMALL)
    cloud.deposit(scene.creditor, 2**53 - 1)
    assert cloud.run(scene.payment) == "declined"
    assert walked(cloud, scene.payment)[-1] == ("declined", "AC04")


def test_a_payment_that_the_check_declines_never_reaches_the_ledger(cloud):
    scene = received(cloud, EXTREME)
    assert cloud.run(scene.payment) == "declined"
    assert walked(cloud, scene.payment) == [("received", None), ("declined", "FRAD")]
    assert cloud.task("post", scene.payment) == "declined"
    assert cloud.cases() == []


def test_a_payment_in_review_cannot_be_posted(cloud):
    scene = in_review(cloud)
    assert cloud.task("post", scene.payment) == "in_review"
    assert cloud.balance(scene.creditor) == 0


def test_a_released_payment_goes_on_and_completes(cloud):
    scene = in_review(cloud)
    cloud.machines.started.clear()
    assert cloud.decide(scene.case, "release", subject="olga@acme").status == 200

    (start,) = cloud.machines.started
    assert start["input"]["id"] == scene.payment
    assert start["name"] != scene.payment, "the first run had that name"
    assert cloud.payment(scene.payment)["status"] == "screening"
    assert cloud.run(scene.payment) == "completed"
    statuses = [status for status, _ in walked(cloud, scene.payment)]
    assert statuses == ["received", "in_review", "screening", "completed"]
    assert cloud.balance(scene.creditor) == LARGE


def test_a_released_payment_without_funds_is_declined(cloud):
    scene = in_review(cloud, money=LARGE - 1)
    cloud.decide(scene.case, "release")
    assert cloud.run(scene.payment) == "declined"
    assert walked(cloud, scene.payment)[-1] == ("declined", "AM04")


def test_a_blocked_payment_is_declined_for_ever(cloud):
    scene = in_review(cloud)
    cloud.machines.started.clear()
    answer = cloud.decide(scene.case, "block")

    assert (answer.status, answer.body["decision"]) == (200, "block")
    assert cloud.machines.started == []
    assert cloud.run(scene.payment) == "declined"
    assert walked(cloud, scene.payment)[-1] == ("declined", "FRAD")


def test_a_repeated_release_starts_no_second_machine(cloud):
    scene = in_review(cloud)
    cloud.machines.started.clear()
    first = cloud.decide(scene.case, "release", key="decide")
    cloud.clock.now += 1
    again = cloud.decide(scene.case, "release", key="decide")
    assert (again.text, again.replayed) == (first.text, True)
    assert len(cloud.machines.started) == 1


def test_a_decided_case_cannot_be_decided_again(cloud):
    scene = released(cloud)
    refused = cloud.decide(scene.case, "block")
    assert (refused.status, refused.code) == (409, "case_decided")
    assert cloud.payment(scene.payment)["status"] == "screening"


def test_a_case_and_its_payment_out_of_step_are_left_for_later(cloud):
    scene = in_review(cloud)
    raw = next(item for item in cloud.world()["Payments"] if item["sk"]["S"] == "payment")
    cloud.dynamodb.client.put_item(
        TableName="Payments", Item=raw | {"history": {"L": raw["history"]["L"][:1]}}
    )
    answer = cloud.decide(scene.case, "release")
    assert (answer.status, answer.code) == (503, "contended")


@pytest.mark.parametrize("role", ["client", "auditor"])
def test_only_operators_decide_cases(cloud, role):
    scene = in_review(cloud)
    assert cloud.decide(scene.case, "release", role=role).status == 403


@pytest.mark.parametrize(
    "body",
    [
        {"decision": "release"},
        {"decision": "cancelled", "reason": "x"},
        {"decision": "release", "reason": ""},
        {"decision": "release", "reason": "x", "amount": 5},
        [],
        "",
    ],
)
def test_a_decision_without_sense_or_reason_is_not_valid(cloud, body):
    scene = in_review(cloud)
    headers = {"Content-Type": "application/json"}
    assert cloud.decide(scene.case, "release", body=body, headers=headers).status == 400
    assert cloud.payment(scene.payment)["status"] == "in_review"


def test_a_cancelled_payment_never_moves_money(cloud):
    scene = received(cloud)
    answer = cloud.cancel(scene.payment)

    assert (answer.status, answer.body["status"]) == (200, "cancelled")
    assert cloud.payment(scene.payment) == answer.body
    assert cloud.run(scene.payment) == "cancelled"
    assert walked(cloud, scene.payment)[-1] == ("cancelled", "CUST")
    assert cloud.balance(scene.creditor) == 0


def test_cancelling_a_payment_in_review_closes_its_case(cloud):
    scene = in_review(cloud)
    assert cloud.cancel(scene.payment, subject="ada@acme").status == 200

    assert cloud.cases("open") == []
    (case,) = cloud.cases("closed")
    assert (case["decision"], case["decided_by"]) == ("cancelled", "ada@acme")
    assert cloud.decide(scene.case, "release").code == "case_decided"


def test_a_completed_payment_cannot_be_cancelled_and_the_answer_stands(cloud):
    scene = completed(cloud)
    refused = cloud.cancel(scene.payment, key="cancel")
    assert (refused.status, refused.code) == (409, "not_cancellable")
    cloud.clock.now += 1
    assert cloud.cancel(scene.payment, key="cancel").text == refused.text
    assert cloud.balance(scene.creditor) == SMALL


def test_auditors_cancel_nothing(cloud):
    assert cloud.cancel(received(cloud).payment, role="auditor").status == 403


def test_another_tenants_objects_are_not_found(cloud):
    scene = in_review(cloud)
    before = cloud.world()
    other = {"tenant": "globex"}

    assert cloud.payment(scene.payment, **other)["status"] == 404
    assert cloud.cancel(scene.payment, **other).code == "payment_not_found"
    assert cloud.decide(scene.case, "release", **other).code == "case_not_found"
    listed = cloud.api("GET", "/payments", query={"account": scene.debtor}, **other)
    assert listed.body["items"] == []
    after = cloud.world()
    assert [before[name] for name in ("Ledger", "Payments", "Fraud")] == [
        after[name] for name in ("Ledger", "Payments", "Fraud")
    ]
    for task in ("check", "post"):
        with pytest.raises(Exception, match="No such payment"):
            cloud.task(task, scene.payment, tenant="globex")


def test_a_payment_that_is_none_has_no_machine(cloud):
    for task in ("check", "post"):
        with pytest.raises(Exception, match="No such payment") as raised:
            cloud.task(task, "pay_" + "0" * 26)
        assert type(raised.value).__name__ == "PaymentNotFound"


@pytest.mark.parametrize("identifier", IDS)
def test_an_id_that_is_none_is_not_found(cloud, identifier):
    for method, resource, role in (
        ("GET", "/payments/{id}", "auditor"),
        ("GET", "/payments/{id}/decision", "auditor"),
        ("POST", "/payments/{id}/cancel", "client"),
    ):
        found = cloud.api(method, resource, path={"id": identifier}, role=role)
        assert (found.status, found.code in ("payment_not_found", "not_found")) == (404, True)
    assert cloud.decide(identifier, "release").status == 404
    if identifier.startswith("file_"):
        return
    assert cloud.api("GET", "/payment-files/{id}", path={"id": identifier}).status == 404


@pytest.fixture
def listed(cloud):
    """An account with five payments a second apart, the odd ones completed; newest first."""
    debtor, creditor = accounts(cloud)
    found = []
    for number in range(5):
        cloud.clock.now += 1_000
        payment = cloud.pay(debtor, creditor, number + 1).body["id"]
        if number % 2:
            cloud.run(payment)
        found.insert(0, payment)
    return debtor, found


def page(cloud, account, **query):
    return cloud.api("GET", "/payments", query={"account": account} | query)


def pages(cloud, account, **query):
    seen, more = [], {}
    for _ in range(9):
        found = PaymentsView.model_validate(page(cloud, account, **query, **more).body)
        seen += [payment.id for payment in found.items]
        if found.next_cursor is None:
            return seen
        more = {"cursor": found.next_cursor}
    raise AssertionError("the list does not end")


@pytest.mark.parametrize("limit", ["1", "2", "5", "100"])
def test_pages_together_are_the_accounts_payments_newest_first(cloud, listed, limit):
    account, payments = listed
    assert pages(cloud, account, limit=limit) == payments


def test_a_list_can_be_of_one_status_only(cloud, listed):
    account, payments = listed
    assert pages(cloud, account, status="completed", limit="2") == [payments[1], payments[3]]
    assert pages(cloud, account, status="declined") == []


def test_a_list_can_begin_at_a_moment(cloud, listed):
    account, payments = listed
    assert pages(cloud, account, created_from="2026-11-24T09:30:04Z", limit="1") == payments[:2]
    assert pages(cloud, account, created_from="2026-11-24T10:30:04.000+01:00") == payments[:2]


@pytest.mark.parametrize(
    ("moment", "count"),
    [
        ("0001-01-01T00:00:00Z", 5),
        ("1969-12-31T23:59:59Z", 5),
        ("2300-01-01T00:00:00Z", 0),
        ("9999-12-31T23:59:59Z", 0),
    ],
)
def test_a_list_can_begin_at_any_moment_that_there_is(cloud, listed, moment, count):
    assert len(pages(cloud, listed[0], created_from=moment)) == count


def test_payments_to_an_account_are_not_in_its_list(cloud, listed):
    _, payments = listed
    creditor = cloud.payment(payments[0])["creditor"]["account"]
    assert pages(cloud, creditor) == []


@pytest.mark.parametrize(
    "query",
    [
        {"account": "house.external.EUR.1"},
        {"status": "lost"},
        {"limit": "101"},
        {"created_from": "then"},
        {"created_from": "0001-01-01T00:00:00+23:59"},
        {"sort": "amount"},
        {"account": ["acc_" + "0" * 26, "acc_" + "0" * 26]},
    ],
)
def test_a_question_that_is_none_is_not_valid(cloud, listed, query):
    asked = {"account": listed[0]} | query
    assert cloud.api("GET", "/payments", query=asked).code == "invalid_request"
    assert cloud.api("GET", "/payments").code == "invalid_request"


def test_a_hostile_cursor_is_refused(cloud, listed):
    account, _ = listed
    scope = f"payments {account} None 0"
    assert page(cloud, account, limit="1").body["next_cursor"] is not None
    for text in cursors(scope):
        assert page(cloud, account, cursor=text).status == 400, text


def test_a_cursor_from_before_the_beginning_of_the_list_is_refused(cloud, listed):
    account, payments = listed
    begin = "2026-11-24T09:30:04Z"
    scope = f"payments {account} None 1795512604000"
    for moment, status in ((1795512603999, 400), (1795512604000, 200)):
        made = cursor([scope, {"created": f"{moment}#{payments[0]}"}])
        assert page(cloud, account, created_from=begin, cursor=made).status == status


def test_a_cursor_does_not_lead_into_another_list(cloud, listed):
    account, _ = listed
    first = page(cloud, account, limit="1").body["next_cursor"]
    for other in ({"status": "completed"}, {"created_from": "2026-11-24T09:30:04Z"}):
        assert page(cloud, account, cursor=first, **other).code == "invalid_cursor"
    assert page(cloud, cloud.open(), cursor=first).code == "invalid_cursor"
