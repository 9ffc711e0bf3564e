"""The review queue: which cases are in it, in which order, and who may look."""

import pytest

from remit.fraud.schema import CasesView
from tests.integration.ledger.hostile import cursors
from tests.integration.payments.scenes import LARGE, accounts


@pytest.fixture
def payments(cloud):
    """Five payments that went to review, a second apart."""
    debtor, creditor = accounts(cloud)
    found = []
    for _ in range(5):
        cloud.clock.now += 1_000
        found.append(cloud.pay(debtor, creditor, LARGE).body["id"])
        assert cloud.task("check", found[-1]) == "in_review"
    return found


def page(cloud, **query):
    return cloud.api("GET", "/fraud/cases", role="operator", query=query)


def test_cases_wait_in_the_order_they_came(cloud, payments):
    view = CasesView.model_validate(page(cloud).body)

    assert [case.payment_id for case in view.items] == payments
    assert {case.status for case in view.items} == {"open"}
    assert view.items[0].reasons == ["AMOUNT_OVER_LIMIT", "NEW_PAYEE_LARGE"]
    assert view.items[0].decision is None


@pytest.mark.parametrize("limit", [1, 2, 5])
def test_pages_together_are_the_whole_queue(cloud, payments, limit):
    seen, more = [], {}
    for _ in range(7):
        found = page(cloud, limit=str(limit), **more).body
        assert len(found["items"]) <= limit
        seen += [case["payment_id"] for case in found["items"]]
        if found["next_cursor"] is None:
            break
        more = {"cursor": found["next_cursor"]}
    assert seen == payments


def test_a_decided_case_leaves_the_queue_and_tells_who_decided(cloud, payments):
    case = page(cloud).body["items"][2]
    answer = cloud.decide(case["id"], "block", subject="olga@acme")

    assert [found["payment_id"] for found in page(cloud).body["items"]] == [
        payment for payment in payments if payment != payments[2]
    ]
    (closed,) = CasesView.model_validate(page(cloud, status="closed").body).items
    assert answer.body == closed.model_dump()
    assert (closed.decision, closed.decided_by) == ("block", "olga@acme")
    assert closed.decision_reason == "looked at"
    assert closed.decided_at is not None


def test_another_tenants_queue_is_another(cloud, payments):
    assert page(cloud).body["items"]
    assert cloud.cases(tenant="globex") == []


def test_clients_do_not_see_cases(cloud, payments):
    assert cloud.api("GET", "/fraud/cases", role="client").status == 403


def test_a_hostile_cursor_is_refused(cloud, payments):
    for text in cursors("cases open"):
        assert page(cloud, cursor=text).status == 400, text


def test_a_cursor_of_the_open_cases_is_none_of_the_closed(cloud, payments):
    first = page(cloud, limit="1").body["next_cursor"]
    assert page(cloud, status="closed", cursor=first).code == "invalid_cursor"


@pytest.mark.parametrize("query", [{"status": "mine"}, {"limit": "0"}, {"order": "newest"}])
def test_a_question_that_is_none_is_not_valid(cloud, query):
    assert page(cloud, **query).code == "invalid_request"
