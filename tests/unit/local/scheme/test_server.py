"""The scheme as a service: what it lets in, and its messages, sent until they are taken."""

import http.server
import json
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from urllib.parse import urljoin

import httpx
import pytest

from local.scheme import server
from local.scheme.server import (
    MESSAGES,
    Simulator,
    Terms,
    addresses,
    agreed,
    introduce,
    running,
)
from remit.kernel import clock
from remit.kernel.signature import key_of, signed, verify
from remit.payees import wire
from remit.payees.addressing import FpsAddressing, ProxyRefused, ProxyUnknown
from remit.payees.wire import Question
from remit.rails import link
from remit.rails.link import HttpLine, pool
from remit.rails.outgoing import TRANSFER, message_id
from remit.rails.proxy import Proxy
from remit.rails.question import HttpQuestions, Unanswered
from remit.runtime.payees import ADDRESSING
from tests.unit.local.scheme.made import OUR_IBAN, OURS, payment, transfer
from tests.unit.rails import hostile
from tests.unit.rails.files import file

AGREED = agreed()
TERMS, FPS = AGREED["sct_inst"], AGREED["fps_hk"]


class Headers(dict[str, str]):
    """Header fields by name, whatever its case."""

    def all(self, name: str) -> list[str]:
        return [value for own, value in self.items() if own.lower() == name]


Got = list[tuple[Headers, bytes]]


@contextmanager
def member(*statuses: int) -> Iterator[tuple[str, Got]]:
    """Takes what the scheme sends: answers the first ones with `statuses`, then 202."""
    got: Got = []
    answers = list(statuses)

    class Handler(http.server.BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            body = self.rfile.read(int(self.headers["Content-Length"]))
            got.append((Headers(self.headers), body))
            self.send_response(answers.pop(0) if answers else 202)
            self.end_headers()

        def log_message(self, *_: object) -> None:
            pass

    served = http.server.ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    thread = threading.Thread(target=served.serve_forever, daemon=True)
    thread.start()
    try:
        yield f"http://127.0.0.1:{served.server_address[1]}/messages", got
    finally:
        served.shutdown()
        served.server_close()
        thread.join(5)


@pytest.fixture(scope="module")
def scheme() -> Iterator[tuple[Simulator, str]]:
    """One that reaches nobody."""
    with running(AGREED, ours=OURS, member="http://127.0.0.1:9/") as made:
        yield made


def until(holds: Callable[[], object]) -> None:
    deadline = time.monotonic() + 10
    while not holds():
        assert time.monotonic() < deadline
        time.sleep(0.005)


def send(address: str, body: bytes, *, key: bytes = TERMS.ours) -> httpx.Response:
    headers = signed([key], identifier="m", now=clock.now(), body=body)
    return httpx.post(address + MESSAGES, content=body, headers=dict(headers))


def test_our_own_line_is_understood_and_the_answer_is_one_that_we_would_take(monkeypatch):
    monkeypatch.setattr(server, "FIRST_PAUSE_SECONDS", 0.001)
    connections = pool()
    with member(503, 404) as (url, got), running(AGREED, ours=OURS, member=url) as (made, address):
        line = HttpLine(pool=connections, url=address + MESSAGES, keys=[TERMS.ours])
        identifier = message_id(TRANSFER, payment(1).uetr)
        assert line.send(identifier, transfer(12_300), now=clock.now()) == "taken"
        assert line.send(identifier, transfer(12_300), now=clock.now()) == "duplicate"
        until(lambda: made.sent and made.sent[0].done)
    connections.clear()
    assert [(each.tries, each.status) for each in made.sent] == [(3, 202)]
    assert len(got) == 3
    for headers, body in got:
        verify([TERMS.theirs], headers, body, now=clock.now())
        assert headers.all("content-type") == ["application/xml"]
    assert len({body for _, body in got}) == 1


def test_an_answer_that_would_stay_the_same_ends_the_tries():
    final = [400, 409, 413, 415, 422]
    with member(*final) as (url, got), running(AGREED, ours=OURS, member=url) as (made, address):
        for number in range(len(final)):
            send(address, transfer(12_300, number))
        until(lambda: len(made.sent) == len(final) and all(each.done for each in made.sent))
    assert len(got) == len(final)
    assert sorted(each.status or 0 for each in made.sent) == final


def test_a_message_that_nobody_takes_is_given_up(monkeypatch):
    monkeypatch.setattr(server, "FIRST_PAUSE_SECONDS", 0.0)
    with running(AGREED, ours=OURS, member="http://127.0.0.1:9/") as (made, address):
        send(address, transfer(12_300))
        until(lambda: made.sent and made.sent[0].done)
    assert (made.sent[0].tries, made.sent[0].status) == (server.DELIVERIES, None)


def test_an_answer_can_come_before_the_message_is_taken():
    with member() as (url, got), running(AGREED, ours=OURS, member=url) as (_, address):
        turned = {"hold_seconds": 0.3, "answer_seconds": 0}
        httpx.post(f"{address}/scheme/knobs", json=turned).raise_for_status()
        early: list[int] = []
        watching = threading.Thread(target=lambda: (until(lambda: got), early.append(1)))
        watching.start()
        assert send(address, transfer(12_300)).status_code == 202
        assert early == [1]
        watching.join(5)


def test_a_late_answer_comes_when_the_clock_is_put_forward():
    with member() as (url, got), running(AGREED, ours=OURS, member=url) as (_, address):
        send(address, transfer(12_304))
        time.sleep(0.05)
        assert got == []
        moved = httpx.post(f"{address}/scheme/clock", json={"advance_seconds": 40})
        assert moved.status_code == 200
        until(lambda: got)


def test_a_payment_of_another_bank_is_sent_and_can_be_looked_at():
    with member() as (url, got), running(AGREED, ours=OURS, member=url) as (made, address):
        order = {"iban": OUR_IBAN, "name": "Ann Berg", "amount": 500}
        paid = httpx.post(f"{address}/scheme/payments", json=order)
        assert paid.status_code == 201
        until(lambda: got)
        asked = {"uetr": paid.json()["uetr"], "reason": "FRAD"}
        assert httpx.post(f"{address}/scheme/recalls", json=asked).json()["recall"] == "requested"
        until(lambda: len(got) == 2)
        shown = httpx.get(f"{address}/scheme/payments/{paid.json()['uetr']}").json()
        assert (shown["status"], shown["recall"], shown["amount"]) == (None, "requested", 500)
        until(lambda: all(each.done for each in made.sent))
        told = httpx.get(f"{address}/scheme/messages").json()["items"]
        assert [each["message"] for each in told] == ["pacs.008.001.08", "camt.056.001.08"]


@pytest.mark.parametrize(
    "key", [TERMS.theirs, b"some other key of 32 bytes, hm!!"], ids=["theirs", "nobody's"]
)
def test_what_we_have_not_signed_is_refused_before_it_is_read(scheme, key):
    answer = send(scheme[1], b"<no xml", key=key)
    assert (answer.status_code, answer.json()["error"]) == (401, "signature_invalid")


def test_a_message_without_a_signature_or_with_an_old_one_is_refused(scheme):
    body = transfer(12_300)
    old = signed([TERMS.ours], identifier="m", now=clock.now() - 6 * clock.MINUTE, body=body)
    for headers in ({}, dict(old)):
        answer = httpx.post(scheme[1] + MESSAGES, content=body, headers=headers)
        assert answer.status_code == 401


@pytest.mark.parametrize(
    "name",
    [
        "billion laughs", "external entity", "parameter entity in UTF-16", "external DTD",
        "undefined entity", "depth 10,000", "a million elements", "an enormous name", "UTF-7",
        "EBCDIC", "UTF-32", "UTF-16 declared, ASCII sent", "NUL", "XInclude",
    ],
)  # fmt: skip
def test_hostile_xml_is_a_clear_refusal(scheme, name):
    make, _, _ = hostile.CASES[name]
    answer = send(scheme[1], make()[: 900 * 1024])
    assert 400 <= answer.status_code < 500, answer.text
    assert scheme[0].book.digests == {}


def test_a_body_without_end_is_cut_off(scheme):
    answer = send(scheme[1], b" " * (2 << 20))
    assert answer.status_code == 413
    assert send(scheme[1], b" " * 300_000).json()["error"] == "message_too_large"


def test_a_message_of_another_kind_is_refused(scheme):
    assert send(scheme[1], file().encode()).json()["error"] == "unsupported_message"


@pytest.mark.parametrize(
    ("method", "path", "body", "status"),
    [
        ("GET", MESSAGES, None, 405),
        ("GET", "/", None, 404),
        ("POST", "/scheme/messages", b"{}", 404),
        ("DELETE", "/scheme/knobs", None, 404),
        ("POST", "/scheme/knobs", b"{", 400),
        ("POST", "/scheme/knobs", b"[" * 60_000, 400),
        ("POST", "/scheme/knobs", b"[]", 400),
        ("POST", "/scheme/knobs", b'{"nonsense": 1}', 422),
        ("POST", "/scheme/clock", b'{"advance_seconds": -1}', 422),
        ("POST", "/scheme/clock", b"{}", 422),
        ("POST", "/scheme/payments", b"{}", 422),
        ("POST", "/scheme/recalls", b"{}", 422),
        ("GET", "/scheme/payments/nothing", None, 404),
        ("GET", "/scheme/statement?date=today", None, 422),
        ("GET", "/scheme/statement?currency=XXX", None, 422),
        ("GET", "/scheme/statement", None, 200),
        ("GET", "/scheme/knobs", None, 200),
        ("GET", "/scheme/clock", None, 200),
    ],
)
def test_a_request_that_makes_no_sense_is_refused(scheme, method, path, body, status):
    headers = {"Content-Type": "application/json; charset=utf-8"}
    answer = httpx.request(method, scheme[1] + path, content=body, headers=headers)
    assert answer.status_code == status, answer.text


def test_a_web_page_that_somebody_looks_at_turns_no_knob(scheme):
    answer = httpx.post(f"{scheme[1]}/scheme/knobs", content=b'{"times": 5}')
    assert answer.status_code == 415


def test_the_functions_find_the_keys_where_the_template_has_a_place_for_them():
    class Manager:
        def put_secret_value(self, **put: str) -> None:
            self.put = put

    manager = Manager()
    introduce(AGREED, {}, manager)
    assert not hasattr(manager, "put")
    introduce(AGREED, {"RailsSecret": "arn"}, manager)
    kept = json.loads(manager.put["SecretString"])
    assert [key_of(each) for each in kept["sct_inst"]["ours"]] == [TERMS.ours]
    assert [key_of(each) for each in kept["sct_inst"]["theirs"]] == [TERMS.theirs]
    assert [key_of(each) for each in kept["fps_hk"]["ours"]] == [FPS.ours]
    assert len({FPS.ours, FPS.theirs, TERMS.ours, TERMS.theirs}) == 4
    assert Terms().ours != Terms().ours


# What is asked and answered at once.


def test_our_own_question_to_fps_finds_whose_a_number_is(scheme):
    connections = pool()
    url = urljoin(f"{scheme[1]}/fps_hk/messages", ADDRESSING)
    service = FpsAddressing(questions=HttpQuestions(pool=connections, url=url, keys=[FPS.ours]))

    def whose(kind, value):
        proxy = Proxy(type=kind, value=value)
        return service.resolve("plk_1", proxy, "CNY", now=clock.now())

    assert whose("fps_id", "1234567").masked_name == "CHAN T** M**"
    with pytest.raises(ProxyUnknown):
        whose("fps_id", "9999999")
    with pytest.raises(ProxyRefused):
        whose("mobile", "+852-93456789")
    connections.clear()


def test_our_own_verification_is_answered_by_the_other_bank_or_too_late(scheme, monkeypatch):
    monkeypatch.setattr(link, "_READ_SECONDS", 0.1)
    connections = link.pool()
    url = addresses(scheme[1])["VopUrl"]
    questions = HttpQuestions(pool=connections, url=url, keys=[TERMS.ours])
    asked = wire.question(Question(name="Z. van der Berg", iban="NL91ABNA0417164300"))
    heard = questions.ask("vop_1", asked, now=clock.now())
    assert heard.content == {"partyNameMatch": "CMTC", "matchedName": "Zoë van der Berg"}
    slow = wire.question(Question(name="Niamh Byrne", iban="IE29AIBK93115212345678"))
    with pytest.raises(Unanswered):
        questions.ask("vop_2", slow, now=clock.now())
    connections.clear()


@pytest.mark.parametrize(
    ("path", "signed_for", "body", "status"),
    [
        ("/fps_hk/addressing", "sct_inst", b"{}", 401),
        ("/fps_hk/messages", "sct_inst", b"<no xml", 401),
        ("/fps_hk/addressing", "fps_hk", b"{}", 400),
        ("/fps_hk/addressing", "fps_hk", b" " * 20_000, 413),
        ("/fps_hk/addressing", "fps_hk", b" " * (2 << 20), 413),
        ("/fps_hk/nothing", "fps_hk", b"{}", 404),
        ("/fps_hk", "fps_hk", b"{}", 404),
        ("/sct_inst/addressing", "sct_inst", b"{}", 404),
        ("/sct_inst/payee-verifications", "sct_inst", b"{}", 400),
        ("/book/messages", "sct_inst", b"{}", 404),
    ],
)
def test_each_rail_takes_what_is_its_own(scheme, path, signed_for, body, status):
    key = {"sct_inst": TERMS.ours, "fps_hk": FPS.ours}[signed_for]
    headers = signed([key], identifier="m", now=clock.now(), body=body)
    answer = httpx.post(scheme[1] + path, content=body, headers=dict(headers))
    assert answer.status_code == status, answer.text


def test_what_is_wrong_with_a_question_is_said(scheme):
    body = b'{"proxy": {"type": "MOBN", "id": "91234567"}, "currency": "HKD"}'
    headers = signed([FPS.ours], identifier="m", now=clock.now(), body=body)
    answer = httpx.post(f"{scheme[1]}/fps_hk/addressing", content=body, headers=dict(headers))
    assert [each["pointer"] for each in answer.json()["errors"]] == ["/proxy/id"]
    assert httpx.get(f"{scheme[1]}/fps_hk/addressing").status_code == 405


def test_each_rails_messages_go_where_it_is_answered_and_under_its_own_key():
    with member() as (url, got), running(AGREED, ours=OURS, member=url) as (made, address):
        order = {"name": "Mei", "amount": 500, "currency": "HKD", "account": OUR_IBAN[4:]}
        assert httpx.post(f"{address}/scheme/payments", json=order).json()["rail"] == "fps_hk"
        until(lambda: got and all(each.done for each in made.sent))
    ((headers, body),) = got
    verify([FPS.theirs], headers, body, now=clock.now())
    assert [each.rail for each in made.sent] == ["fps_hk"]


def test_another_bank_asks_us_and_hears_what_we_say(scheme):
    with member(200, 401) as (url, got), running(AGREED, ours=OURS, member=url) as (_, address):
        asked = {"name": "Ann Berg", "iban": OUR_IBAN}
        first, second = (
            httpx.post(f"{address}/scheme/verifications", json=asked).json() for _ in range(2)
        )
    assert (first, second) == ({"status": 200, "answer": None}, {"status": 401, "answer": None})
    headers, body = got[0]
    verify([TERMS.theirs], headers, body, now=clock.now())
    assert wire.read_question(body) == Question(name="Ann Berg", iban=OUR_IBAN, bic="OTHRFRPPXXX")
    nobody = httpx.post(f"{scheme[1]}/scheme/verifications", json=asked)
    assert (nobody.status_code, nobody.json()["error"]) == (504, "no_answer")
    for wrong in ({}, {"name": "A"}, {"name": 7, "iban": "x"}, asked | {"bic": "x"}):
        refused = httpx.post(f"{scheme[1]}/scheme/verifications", json=wrong)
        assert refused.status_code == 422


def test_whom_the_scheme_knows_can_be_looked_at(scheme):
    shown = httpx.get(f"{scheme[1]}/scheme/people").json()
    assert {each["proxy"]["type"] for each in shown["proxies"]} == {"MOBN", "EMAL", "SVID"}
    assert {"iban": "ES9121000418450200051332", "names": [], "slow": False} in shown["holders"]
