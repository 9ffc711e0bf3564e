"""Hong Kong on the local cloud: whose a number is, what FPS carries, and how it settles."""

import uuid
from typing import Any

import httpx

from local.cloud import Cloud
from local.demo import hong_kong, settlement
from local.demo.rails import steer, until
from local.demo.story import Story

CHAN = {"type": "mobile", "value": "+852-91234567"}


def look_up(story: Story, proxy: dict[str, str], currency: str = "HKD") -> httpx.Response:
    return story.client.post("/payee-lookups", {"proxy": proxy, "currency": currency})


def paid(story: Story, amount: int, currency: str = "HKD") -> Any:
    lookup = look_up(story, CHAN, currency).json()["id"]
    body = {
        "debtor_account": story.accounts[currency],
        "creditor": {"lookup": lookup},
        "amount": amount,
        "currency": currency,
    }
    return story.client.do("/payments", body, expect=202)


def test_what_is_paid_in_hong_kong_is_confirmed_settled_and_on_the_statement(story: Story):
    hong_kong.chapter(story)  # which raises when something does not hold, and so do the next two
    settlement.chapter(story)
    windows = story.operator.look("/settlement-windows")["items"]
    assert {one["status"] for one in windows if one["rail"] == "fps_hk"} == {"SETTLED"}
    hong_kong.reconcile(story)


def test_yuan_come_back_or_are_asked_about_as_the_amount_says(story: Story):
    story.open("CNY", "CNY", 1_000_000)
    returned, late = (paid(story, amount, "CNY") for amount in (40_05, 70_04))
    returned = until(story, returned, "returned")
    assert (returned["rail"], returned["returned_amount"]) == ("fps_hk", 40_05)
    until(story, late, "submitted")
    steer(story, "clock", {"advance_seconds": 40})
    until(story, late, "completed")
    balance = story.client.look(f"/accounts/{story.accounts['CNY']}")["balance"]
    assert balance["posted"] == 1_000_000 - 70_04


def test_a_payee_who_cannot_be_paid_is_a_precise_refusal(story: Story):
    story.open("HKD", "HKD", 1_000)
    for proxy, currency, status, code in (
        ({"type": "fps_id", "value": "9999999"}, "HKD", 404, "proxy_unknown"),
        ({"type": "fps_id", "value": "7654321"}, "CNY", 404, "proxy_unknown"),
        ({"type": "mobile", "value": "+852-93456789"}, "HKD", 422, "proxy_refused"),
        ({"type": "mobile", "value": "+852-94567890"}, "HKD", 503, "addressing_unavailable"),
        ({"type": "mobile", "value": "91234567"}, "HKD", 400, "invalid_request"),
        ({"type": "email", "value": "x" * 60_000 + "@example.hk"}, "HKD", 400, "invalid_request"),
        (CHAN, "EUR", 422, "proxy_not_supported"),
    ):
        body = {"proxy": proxy, "currency": currency}
        headers = {"Authorization": f"Bearer {story.client.token}"}
        headers["Idempotency-Key"] = str(uuid.uuid4())
        answer = story.client.http.post("/payee-lookups", json=body, headers=headers)
        assert (answer.status_code, answer.json()["code"]) == (status, code), proxy["value"][:40]
    lookup = look_up(story, CHAN, "CNY").json()["id"]
    body = {
        "debtor_account": story.accounts["HKD"],
        "creditor": {"lookup": lookup},
        "amount": 100,
        "currency": "HKD",
    }
    assert story.client.post("/payments", body).json()["code"] == "currency_mismatch"


def test_whoever_fishes_for_numbers_is_stopped_and_told_when_to_go_on(story: Story):
    nobody = {"type": "mobile", "value": "+852-60001111"}
    headers = {"Authorization": f"Bearer {story.client.token}"}
    statuses = []
    for _ in range(12):
        headers["Idempotency-Key"] = str(uuid.uuid4())
        body = {"proxy": nobody, "currency": "HKD"}
        answer = story.client.http.post("/payee-lookups", json=body, headers=headers)
        statuses.append(answer.status_code)
    assert statuses == [404] * 10 + [429] * 2
    assert int(answer.headers["Retry-After"]) > 0


def test_payees_are_verified_either_way_by_signed_questions(story: Story, here: Cloud):
    for name, iban, result in (
        ("Zoe van der Berg", "NL91ABNA0417164300", "MATCH"),
        ("Willem Vermeer", "NL91ABNA0417164300", "NO_MATCH"),
        ("Anybody", "ES9121000418450200051332", "NO_DATA"),
        ("Niamh Byrne", "IE29AIBK93115212345678", "NO_DATA"),
    ):
        found = story.client.do("/payee-verifications", {"name": name, "iban": iban}, expect=200)
        assert found["result"] == result
    assert found["reason"] == "no_answer_in_time"
    account = story.open("Hana", "EUR", 0)
    iban = story.client.look(f"/accounts/{account}")["iban"]
    asked = {"name": "Hana", "iban": iban}
    assert steer(story, "verifications", asked) == {
        "status": 200,
        "answer": {"partyNameMatch": "NOAP"},  # it is held by no customer who was onboarded
    }
    unsigned = httpx.post(f"{here.url}/rails/sct_inst/payee-verifications", json=asked, timeout=30)
    assert unsigned.status_code == 401
