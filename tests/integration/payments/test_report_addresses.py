"""The report on stored payees: whom the gate for addresses would refuse now, and for what."""

import pytest

from remit.kernel.clock import DAY
from remit.payments import report_addresses
from remit.payments.schema import AddressReportView
from tests.builders import function
from tests.integration import cloud as clouds
from tests.integration.cloud import START
from tests.integration.payments.rail_cloud import IBAN

BEFORE = START - 14 * DAY  # 10 November 2026, when unstructured addresses were still taken
LINES = ["Canary Street 9", "Utrecht"]
OTHER = "DE89370400440532013000"


@pytest.fixture
def past(road, monkeypatch):
    """The road on a day before the gate, and the report's function with the same vault."""
    module = function("payments/report_addresses")
    monkeypatch.setattr(module, "vault", lambda: road.vault)
    loaded = clouds.handler

    def handler(name):
        return module.handler if name == "payments/report_addresses" else loaded(name)

    monkeypatch.setattr(clouds, "handler", handler)
    road.cloud.clock.now = BEFORE
    return road


def stored(road, debtor, address=None, **creditor):
    answer = road.pay(debtor, creditor={"address": address} | creditor)
    assert answer.status == 202, answer.text
    return answer.body


def page(road, *, role="operator", tenant="acme", **query):
    return road.cloud.api(
        "GET", "/payees/address-report", role=role, tenant=tenant, query=query or None
    )


def whole(road, **query):
    """Every page, in order, and how many there were."""
    items, cursor, pages = [], None, 0
    while True:
        answer = page(road, **query | ({"cursor": cursor} if cursor else {}))
        assert answer.status == 200, answer.text
        items += answer.body["items"]
        cursor, pages = answer.body["next_cursor"], pages + 1
        if cursor is None:
            return items, pages


def test_a_payee_that_would_be_refused_now_is_told_with_each_missing_element(past):
    debtor = past.account()
    payment = stored(past, debtor, {"lines": LINES})
    assert page(past).body["items"] == [], "that day it was still taken"
    past.cloud.clock.now = START
    answer = page(past)
    AddressReportView.model_validate(answer.body, strict=True, extra="forbid")
    assert answer.body["items"] == [
        {
            "token": payment["creditor"]["token"],
            "account": payment["creditor"]["iban"],
            "country": "NL",
            "rail": "sct_inst",
            "payment_id": payment["id"],
            "form": "unstructured",
            "faults": [
                {"element": "TwnNm", "detail": "it is missing"},
                {"element": "Ctry", "detail": "it is missing"},
            ],
        }
    ]
    assert (answer.body["rules_on"], answer.body["looked_at"]) == ("2026-11-24", 1)
    assert "Canary" not in answer.text
    assert IBAN not in answer.text


def test_who_would_pass_is_counted_by_form_and_not_listed(past):
    debtor = past.account()
    for address in (
        None,
        {"town": "Utrecht", "country": "NL"},
        {"town": "Utrecht", "country": "NL", "lines": ["Domplein 1"]},
    ):
        stored(past, debtor, address)
    past.cloud.pay(debtor, past.account(money=0), 5)
    past.cloud.clock.now = START
    body = page(past).body
    assert (body["items"], body["looked_at"], body["erased"]) == ([], 3, 0)
    assert body["forms"] == {"none": 1, "structured": 1, "hybrid": 1}


def test_a_payee_who_was_paid_often_is_on_a_page_once(past):
    debtor = past.account()
    for _ in range(3):
        stored(past, debtor, {"lines": LINES})
    stored(past, debtor, {"lines": LINES}, iban=OTHER, bic="COBADEFFXXX")
    past.cloud.clock.now = START
    assert sorted(item["country"] for item in page(past).body["items"]) == ["DE", "NL"]


def test_the_pages_together_are_the_whole_report_however_small(past, monkeypatch):
    monkeypatch.setattr(report_addresses, "MOST_ACCOUNTS", 2)
    debtors = [past.account() for _ in range(3)]
    past.account(money=0)
    tokens = set()
    for number, debtor in enumerate(debtors):
        for _ in range(number):
            past.cloud.clock.now += 1
            tokens.add(stored(past, debtor, {"lines": LINES})["creditor"]["token"])
        past.cloud.pay(debtor, debtors[number - 1], 5)
    past.cloud.clock.now = START
    for limit in (1, 2, 100):
        items, pages = whole(past, limit=str(limit))
        assert {item["token"] for item in items} == tokens
        assert pages <= 12
    assert len(whole(past, limit="1")[0]) == 3


def test_whose_debtor_was_erased_is_counted_alone(past):
    debtor = past.account()
    stored(past, debtor, {"lines": LINES})
    past.vault.erase(
        "acme", debtor, at=1, requested_by="a", approved_by="b", reason="c", keep_until=None
    )
    past.cloud.clock.now = START
    body = page(past).body
    assert (body["items"], body["looked_at"], body["erased"]) == ([], 1, 1)


def test_another_tenant_sees_nothing_of_it_and_its_cursors_do_not_serve(past):
    debtor = past.account()
    for _ in range(2):
        past.cloud.clock.now += 1
        stored(past, debtor, {"lines": LINES})
    past.cloud.clock.now = START
    cursor = page(past, limit="1").body["next_cursor"]
    assert page(past, tenant="other").body["looked_at"] == 0
    assert page(past, tenant="other", cursor=cursor).body["items"] == []


@pytest.mark.parametrize("role", ["client", "auditor"])
def test_only_operators_see_it(past, role):
    assert page(past, role=role).status == 403


def test_a_cursor_of_another_list_or_made_up_is_refused(past):
    from remit.kernel.page import cursor

    account = "acc_" + "7" * 26
    made_up = [
        cursor("payments", {"account": account}),
        cursor("address report", {"account": "acc_1"}),
        cursor("address report", {"created": "x"}),
        cursor("address report", {"account": account, "created": 7}),
        cursor("address report", {"account": account, "created": "7#pay_1"}),
    ]
    codes = {page(past, cursor=each).code for each in made_up}
    assert codes == {"invalid_cursor"}


def test_a_payment_whose_order_is_gone_is_a_defect_and_not_passed_over(past):
    debtor = past.account()
    stored(past, debtor, {"lines": LINES})
    (order,) = [item for item in past.cloud.items("Payments") if item["sk"] == "order"]
    key = {"pk": {"S": order["pk"]}, "sk": {"S": "order"}}
    past.cloud.dynamodb.client.delete_item(TableName="Payments", Key=key)
    assert page(past).status == 500
