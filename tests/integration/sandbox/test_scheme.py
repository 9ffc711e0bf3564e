"""The sandbox's scheme as functions: taken once, remembered, and answered when it is time."""

import json
from dataclasses import dataclass, field, replace
from itertools import count
from typing import Any

import pytest
from urllib3.exceptions import ReadTimeoutError

from remit.kernel.errors import Fault
from remit.kernel.money import Money
from remit.kernel.signature import signed, verify
from remit.rails import outgoing
from remit.rails.heard import hear
from remit.rails.outgoing import Side
from remit.runtime import lines
from remit.runtime.request import Headers
from remit.sandbox.schema import AddressView
from tests.builders import api_event, event, lambda_context
from tests.integration.cloud import (
    SETTINGS,
    START,
    Cloud,
    Killed,
    Reply,
    handler,
    kill_after,
    kill_before,
    let_in,
    lose_reply,
    lose_request,
)
from tests.integration.payments.rail_cloud import OURS, SECRET, THEIRS, Answer
from tests.integration.payments.test_road_time import once
from tests.unit.local.scheme.made import enquiry, payment, recall, transfer
from tests.unit.rails import hostile

QUEUE = SETTINGS["SANDBOX_QUEUE_URL"]


@dataclass
class Scheme:
    """Its functions, and the member whom it tells; `status` is what the member answers."""

    cloud: Cloud
    told: list[tuple[dict[str, str], bytes]] = field(default_factory=list)
    status: int | None = 202
    rail: str = "sct_inst"
    delays: list[int] = field(default_factory=list)

    def take(self, body: bytes, *, key: bytes = OURS, rail: str = "sct_inst") -> Reply:
        headers = dict(signed([key], identifier="m", now=self.cloud.clock.now, body=body))
        sent = api_event(
            "POST",
            "/sandbox/{rail}/messages",
            body=body.decode("latin-1"),
            path={"rail": rail},
            role=None,
            key=None,
            headers=headers | {"Content-Type": "application/xml"},
        )
        answer = handler("sandbox/take")(sent, lambda_context())
        return Reply(status=answer["statusCode"], text=answer["body"], headers=answer["headers"])

    @property
    def queued(self) -> list[dict[str, str]]:
        return self.cloud.queues.sent.get(QUEUE, [])

    def said(self) -> list[tuple[str, str | None]]:
        """What the queued messages mean to us."""
        heard = [hear("sct_inst", each["body"].encode()) for each in self.queued]
        return [(fact.meaning, fact.reason) for one in heard for fact in one.facts]

    def request(self, method: str, url: str, **parameters: Any) -> Answer:
        assert (method, url) == ("POST", f"https://api.test/v1/rails/{self.rail}/messages")
        self.told.append((parameters["headers"], parameters["body"]))
        if self.status is None:
            raise ReadTimeoutError(None, "", "")  # type: ignore[arg-type]
        return Answer(self.status)


@pytest.fixture
def scheme(cloud, monkeypatch) -> Scheme:
    made = Scheme(cloud)
    monkeypatch.setattr(lines, "secret", lambda _: json.loads(json.dumps(SECRET)))
    monkeypatch.setattr(lines, "pool", lambda: made)
    take = cloud.queues.send_message_batch

    def noted(**parameters: Any) -> Any:
        made.delays += [each["DelaySeconds"] for each in parameters["Entries"]]
        return take(**parameters)

    monkeypatch.setattr(cloud.queues, "send_message_batch", noted)
    return made


@pytest.mark.parametrize(
    ("amount", "said", "delays"),
    [
        (12_300, [("accepted", "MS03")], [1]),
        (12_301, [("rejected", "AC04")], [1]),
        (12_303, [], []),
        (12_304, [("accepted", "MS03")], [40]),
        (12_305, [("accepted", "MS03"), ("returned", "AC04")], [1, 2]),
    ],
)
def test_a_payment_is_taken_and_its_answers_wait_for_their_time(scheme, amount, said, delays):
    answer = scheme.take(transfer(amount))
    assert (answer.status, answer.body["message"]) == (202, "pacs.008.001.08")
    assert (scheme.said(), scheme.delays) == (said, delays)


def test_what_waits_is_sent_signed_by_the_scheme_and_comes_back_until_it_is_taken(scheme):
    scheme.take(transfer(12_300))
    (message,) = scheme.queued
    for scheme.status in (None, 503):
        assert scheme.cloud.deliver("sandbox/deliver", message) == ["0"]
    for scheme.status in (202, 409):
        assert scheme.cloud.deliver("sandbox/deliver", message) == []
    assert len(scheme.told) == 4
    for headers, body in scheme.told:
        verify([THEIRS], Headers({"headers": headers}), body, now=scheme.cloud.clock.now)
        assert (headers["webhook-id"], body.decode()) == (message["id"], message["body"])


def test_the_scheme_remembers_from_one_call_to_the_next(scheme):
    scheme.take(transfer(12_303))
    assert scheme.take(enquiry(1)).status == 202
    assert scheme.said() == []
    assert scheme.take(enquiry(2)).status == 202
    assert scheme.said() == [("accepted", "MS03")]
    scheme.take(recall(12_303))
    assert scheme.said()[1:] == [("returned", "FOCR")]


def test_the_same_message_is_a_duplicate_and_another_under_its_id_is_refused(scheme):
    scheme.take(transfer(12_300))
    before = scheme.cloud.world()
    again, other = scheme.take(transfer(12_300)), scheme.take(transfer(12_301))
    assert (again.status, again.code) == (409, "message_repeated")
    assert (other.status, other.code) == (422, "id_reused")
    assert len(scheme.queued) == 1
    assert scheme.cloud.world() == before


def test_the_same_message_twice_at_once_is_taken_once(scheme):
    answers: list[int] = []
    rival = once(lambda: answers.append(scheme.take(transfer(12_300)).status))
    scheme.cloud.dynamodb.watch(every={"transact_write_items": rival})
    answers.append(scheme.take(transfer(12_300)).status)
    assert answers == [202, 202], "the second's commit was the first's, to the byte"
    assert len({each["id"] for each in scheme.queued}) == 1
    assert len(scheme.cloud.items("Sandbox")) == 2
    assert scheme.take(transfer(12_300)).status == 409


def test_two_enquiries_at_once_are_both_counted(scheme):
    scheme.take(transfer(12_303))
    rival = once(lambda: scheme.take(enquiry(1)))
    scheme.cloud.dynamodb.watch(every={"transact_write_items": rival})
    assert scheme.take(enquiry(2)).status == 202
    assert scheme.said() == [("accepted", "MS03")]


def test_a_message_that_others_never_let_through_is_trouble_that_passes(scheme):
    scheme.take(transfer(12_303))
    numbers = count(3)
    rival = let_in(lambda: scheme.take(enquiry(next(numbers))))
    scheme.cloud.dynamodb.watch(every={"transact_write_items": rival})
    assert scheme.take(enquiry(1)).status == 503
    scheme.cloud.dynamodb.watch()
    assert scheme.take(enquiry(1)).status == 202


@pytest.mark.parametrize("fault", [lose_request, lose_reply, kill_before, kill_after])
def test_no_answer_is_lost_whatever_else_is(scheme, fault):
    assert scheme.take(transfer(12_305)).status == 202
    after, ids = scheme.cloud.world(), {each["id"] for each in scheme.queued}
    calls = len(scheme.cloud.dynamodb.calls)
    assert calls > 0
    for call in range(calls):
        _empty(scheme)
        scheme.cloud.dynamodb.watch({call: fault})
        status = 0
        while status not in (202, 409):
            try:
                status = scheme.take(transfer(12_305)).status
            except (Fault, Killed):
                status = 0
        assert scheme.cloud.world() == after
        assert {each["id"] for each in scheme.queued} == ids


def test_an_answer_that_cannot_wait_anywhere_is_trouble_and_nothing_is_remembered(scheme):
    before = scheme.cloud.world()
    scheme.cloud.queues.full = True
    assert scheme.take(transfer(12_300)).status == 503
    assert scheme.cloud.world() == before


def test_only_what_we_have_signed_counts_and_only_in_the_sandbox(scheme, monkeypatch):
    assert scheme.take(transfer(12_300), key=THEIRS).status == 401
    assert scheme.take(transfer(12_300), rail="book").status == 404
    for name in ("billion laughs", "external entity", "depth 10,000", "UTF-7"):
        assert 400 <= scheme.take(hostile.CASES[name][0]()).status < 500
    monkeypatch.setenv("SANDBOX", "false")
    assert scheme.take(transfer(12_300)).status == 403
    assert (scheme.cloud.items("Sandbox"), scheme.queued) == ([], [])


@pytest.mark.parametrize("currency", ["HKD", "CNY"])
def test_fps_is_taken_answered_and_sent_on_its_own_rail(scheme, currency):
    money = Money(amount=12_305, currency=currency)
    payee = Side(name="CHAN T** M**", number="123456789012", clearing="004")
    body = outgoing.transfer(replace(payment(1, rail="fps_hk", creditor=payee), amount=money))
    assert scheme.take(body, rail="fps_hk").status == 202
    assert scheme.take(body, rail="fps_hk").status == 409
    assert scheme.take(body).code == "not_taken", "to SCT Inst the message is new"
    assert scheme.said() == [("accepted", "MS03"), ("returned", "AC04")]
    assert {each["rail"] for each in scheme.queued} == {"fps_hk"}
    scheme.rail = "fps_hk"
    for message in scheme.queued:
        assert scheme.cloud.deliver("sandbox/deliver", message) == []
    assert len(scheme.told) == 2


def test_a_message_that_was_queued_before_there_were_two_rails_is_sct_insts(scheme):
    scheme.take(transfer(12_300))
    (message,) = scheme.queued
    old = {name: content for name, content in message.items() if name != "rail"}
    assert scheme.cloud.deliver("sandbox/deliver", old) == []


def ask(scheme: Scheme, rail: str, service: str, content: Any, *, key: bytes = OURS) -> Reply:
    body = json.dumps(content)
    headers = dict(signed([key], identifier="q", now=scheme.cloud.clock.now, body=body.encode()))
    sent = api_event(
        "POST",
        f"/sandbox/{{rail}}/{service}",
        body=body,
        path={"rail": rail},
        role=None,
        key=None,
        headers=headers | {"Content-Type": "application/json"},
    )
    answer = handler("sandbox/tell")(sent, lambda_context())
    return Reply(status=answer["statusCode"], text=answer["body"], headers=answer["headers"])


def proxy(kind: str, value: str, currency: str = "HKD") -> dict[str, Any]:
    return {"proxy": {"type": kind, "id": value}, "currency": currency}


def test_the_sandbox_tells_whose_a_proxy_is_and_says_precisely_why_not(scheme, monkeypatch):
    found = ask(scheme, "fps_hk", "addressing", proxy("MOBN", "+852-91234567"))
    view = AddressView.model_validate(found.body, strict=True, extra="forbid")
    assert (view.masked_name, view.bank) == ("CHAN T** M**", "004")
    for question, status, code in (
        (proxy("SVID", "9999999"), 404, "nobody_registered"),
        (proxy("MOBN", "+852-93456789"), 403, "registration_suspended"),
        (proxy("MOBN", "+852-94567890"), 504, "bank_silent"),
        (proxy("SVID", "1234567", "EUR"), 422, "currency_not_carried"),
        (proxy("MOBN", "91234567"), 400, "question_invalid"),
        (proxy("SVID", "1" * 20_000), 413, "question_too_large"),
    ):
        answer = ask(scheme, "fps_hk", "addressing", question)
        assert (answer.status, answer.code) == (status, code)
    known = proxy("SVID", "1234567")
    assert ask(scheme, "fps_hk", "addressing", known, key=THEIRS).status == 401
    assert ask(scheme, "sct_inst", "addressing", known).status == 404
    assert ask(scheme, "book", "addressing", known).status == 404
    monkeypatch.setenv("SANDBOX", "false")
    assert ask(scheme, "fps_hk", "addressing", known).status == 403


def test_the_sandbox_answers_verifications_as_another_bank(scheme):
    asked = {
        "party": {"name": "Z. van der Berg"},
        "partyAccount": {"iban": "NL91ABNA0417164300"},
    }
    answer = ask(scheme, "sct_inst", "payee-verifications", asked)
    assert answer.body == {"partyNameMatch": "CMTC", "matchedName": "Zoë van der Berg"}
    assert ask(scheme, "sct_inst", "payee-verifications", {}).status == 400
    assert ask(scheme, "fps_hk", "payee-verifications", asked).status == 404


def test_the_events_of_the_functions_are_answered(scheme):
    assert handler("sandbox/take")(event("sandbox/take/happy"), lambda_context())["statusCode"] in (
        202,
        401,
    )
    unsigned = handler("sandbox/take")(event("sandbox/take/unsigned"), lambda_context())
    assert unsigned["statusCode"] == 401
    for case in ("happy", "close_match"):
        answer = handler("sandbox/tell")(event(f"sandbox/tell/{case}"), lambda_context())
        assert answer["statusCode"] in (200, 401)
    told = handler("sandbox/deliver")(event("sandbox/deliver/happy"), lambda_context())
    assert told == {"batchItemFailures": []}
    assert payment(1).uetr in scheme.told[0][1].decode()


def _empty(scheme: Scheme) -> None:
    scheme.cloud.restore({**scheme.cloud.world(), "Sandbox": []})
    scheme.cloud.queues.sent.clear()
    scheme.cloud.dynamodb.watch()
    assert scheme.cloud.clock.now == START
