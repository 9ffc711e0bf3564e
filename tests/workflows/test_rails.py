"""Payments over a rail: real machines, and a scheme at the other end of real HTTP."""

import http.client
import json
import time
from typing import Any
from urllib.parse import urlsplit

import httpx
import pytest

from local.cloud import Cloud
from local.demo import rails
from local.demo.story import Story
from remit.kernel import clock
from remit.kernel.signature import key_of, signed
from tests.unit.local.scheme.made import transfer

RICH = 5_000_000


@pytest.fixture
def outside(story: Story) -> Story:
    """A payer with money, and nothing under way."""
    story.open("payer", "EUR", RICH)
    return story


def paid(story: Story, amount: int) -> Any:
    return rails.pay(story, amount, payer="payer")


def walked(payment: Any) -> list[str]:
    return [step["status"] for step in payment["history"]]


def left(story: Story) -> int:
    return int(story.client.look(f"/accounts/{story.accounts['payer']}")["balance"]["available"])


def test_payments_end_as_the_scheme_says_and_money_goes_with_them(outside: Story):
    settled, rejected, returned = (paid(outside, amount) for amount in (250_00, 30_01, 40_05))
    settled = outside.until_final(settled["id"])
    assert walked(settled) == ["received", "reserved", "submitted", "completed"]
    assert (settled["rail"], settled["returned_amount"]) == ("sct_inst", 0)

    rejected = outside.until_final(rejected["id"])
    assert walked(rejected) == ["received", "reserved", "submitted", "declined"]
    assert rejected["history"][-1]["reason"] == "AC04"

    returned = rails.until(outside, returned, "returned")
    assert walked(returned) == ["received", "reserved", "submitted", "completed", "returned"]
    assert returned["returned_amount"] == 40_05
    assert left(outside) == RICH - 250_00


def test_a_recall_brings_the_money_back_or_the_reason_why_not(outside: Story):
    given, kept = (outside.until_final(paid(outside, amount)["id"]) for amount in (80_00, 80_06))
    for payment in (given, kept):
        path = f"/payments/{payment['id']}/recall"
        outside.operator.do(path, {"reason": "DUPL"}, expect=202)
    for payment, status in ((given, "accepted"), (kept, "refused")):
        for _ in outside.patiently("the recall to be answered"):
            recall = outside.operator.look(f"/payments/{payment['id']}/recall")
            if recall["status"] != "requested":
                break
        assert recall["status"] == status
    assert left(outside) == RICH - 80_06


def test_another_banks_payment_is_credited_and_the_scheme_is_told(story: Story):
    story.open("Ben", "EUR", 0)
    rails.incoming(story)  # which raises when something does not hold
    (entry,) = story.client.every(f"/accounts/{story.accounts['Ben']}/entries")
    came = story.client.look(f"/incoming-payments/{entry['reference']}")
    assert (came["status"], came["debtor"]["name"]) == ("credited", "Odile Marchand")


def test_answers_that_come_twice_and_in_the_wrong_order_are_counted_once(
    outside: Story, here: Cloud
):
    turned = {"times": 2, "backwards": True, "return_seconds": 0.3}
    rails.steer(outside, "knobs", turned)
    try:
        returned = rails.until(outside, paid(outside, 40_05), "returned")
        deadline = time.monotonic() + 20
        while sent := [one for one in _sent(here) if not one["done"]]:
            assert time.monotonic() < deadline, sent
            time.sleep(0.05)
    finally:
        rails.steer(outside, "knobs", {"times": 1, "backwards": False, "return_seconds": 1.0})
    assert returned["returned_amount"] == 40_05
    assert walked(returned)[-2:] == ["completed", "returned"]
    assert left(outside) == RICH
    assert {one["status"] for one in _sent(here)} == {202}


def _sent(here: Cloud) -> list[Any]:
    return list(httpx.get(f"{here.scheme}/scheme/messages").json()["items"])


def test_a_message_of_a_hundred_megabytes_is_cut_off_on_its_way(here: Cloud):
    target = urlsplit(here.url)
    connection = http.client.HTTPConnection(target.hostname or "", target.port, timeout=20)
    connection.putrequest("POST", f"{target.path}/rails/sct_inst/messages")
    connection.putheader("Content-Type", "application/xml")
    connection.putheader("Content-Length", str(100 << 20))
    connection.endheaders()
    for _ in range(11):
        connection.send(b"<a>" * (1 << 20 >> 1))
    answer = connection.getresponse()
    assert answer.status == 413
    connection.close()


def test_the_sandboxs_scheme_answers_from_functions_of_its_own(here: Cloud):
    secrets = here.client("secretsmanager")
    kept = secrets.get_secret_value(SecretId=here.resources["RailsSecret"])["SecretString"]
    body = transfer(12_300)
    (key,) = map(key_of, json.loads(kept)["sct_inst"]["ours"])
    headers = {"Content-Type": "application/xml"}
    headers |= signed([key], identifier="m", now=clock.now(), body=body)
    url = f"{here.url}/sandbox/sct_inst/messages"
    answers = [httpx.post(url, content=body, headers=headers, timeout=30) for _ in range(2)]
    assert [answer.status_code for answer in answers] == [202, 409], answers[0].text
    log, deadline = here.logs / "DeliverFunction.log", time.monotonic() + 60
    while not (log.exists() and "SandboxMessageSent" in log.read_text()):
        assert time.monotonic() < deadline, "the scheme's answer was not sent"
        time.sleep(0.05)


def test_a_hostile_message_over_http_is_a_clear_refusal_and_the_next_counts(here: Cloud):
    bomb = b'<!DOCTYPE x [<!ENTITY e SYSTEM "file:///etc/passwd">]><x>&e;</x>'
    url = f"{here.url}/rails/sct_inst/messages"
    answer = httpx.post(url, content=bomb, headers={"Content-Type": "application/xml"}, timeout=30)
    assert (answer.status_code, answer.json()["code"]) == (401, "signature_invalid")
    gone = httpx.post(
        f"{here.url}/rails/nosuch/messages",
        content=bomb,
        headers={"Content-Type": "application/xml"},
        timeout=30,
    )
    assert gone.status_code == 404
