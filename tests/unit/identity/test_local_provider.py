"""The local provider as a service: its callbacks, sent until they are taken; hostile requests."""

import asyncio
import http.server
import json
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager

import httpx
import pytest

from local import identity_provider
from local.identity_provider import Terms, introduce, running
from remit.identity.http import HttpProvider, pool
from remit.identity.schema import read_callback
from remit.kernel import clock
from remit.kernel.signature import key_of, verify
from tests.unit.identity.made import CHECK_ID, Fields, applicant

TERMS = Terms(soon=0.0, slow=0.05)


@contextmanager
def customer(*statuses: int) -> Iterator[tuple[str, list[tuple[Fields, bytes]], threading.Event]]:
    """Takes callbacks: answers the first ones with `statuses`, then 200, which sets the event."""
    got: list[tuple[Fields, bytes]] = []
    taken, answers = threading.Event(), list(statuses)

    class Handler(http.server.BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            body = self.rfile.read(int(self.headers["Content-Length"]))
            got.append((Fields(dict(self.headers)), body))
            status = answers.pop(0) if answers else 200
            self.send_response(status)
            self.end_headers()
            if status == 200:
                taken.set()

        def log_message(self, *_: object) -> None:
            pass

    server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    thread = threading.Thread(target=server.serve_forever, daemon=True)
    thread.start()
    try:
        yield f"http://127.0.0.1:{server.server_address[1]}/callbacks", got, taken
    finally:
        server.shutdown()
        server.server_close()
        thread.join(5)


def ask(address: str, url: str, number: str) -> str:
    connections = pool()
    try:
        provider = HttpProvider(pool=connections, url=address, key=TERMS.api_key)
        return provider.start(CHECK_ID, applicant(number), url)
    finally:
        connections.clear()


def until(holds: Callable[[], object]) -> None:
    """Wait for as long as a loaded machine may take."""
    deadline = time.monotonic() + 10
    while not holds():
        assert time.monotonic() < deadline
        time.sleep(0.005)


def test_a_callback_is_signed_and_sent_until_it_is_taken(monkeypatch):
    monkeypatch.setattr(identity_provider, "FIRST_PAUSE_SECONDS", 0.001)
    with running(TERMS) as (_, address), customer(503, 404, 500) as (url, got, taken):
        ask(address, url, "X02")
        assert taken.wait(10)
    assert len(got) == 4
    for headers, body in got:
        verify([key_of(TERMS.webhook_key)], headers, body, now=clock.now())
        assert read_callback(body).outcome == "mismatch"
    assert len({headers.all("webhook-id")[0] for headers, _ in got}) == 1


def test_a_callback_that_nobody_takes_is_given_up(monkeypatch):
    monkeypatch.setattr(identity_provider, "FIRST_PAUSE_SECONDS", 0.0)
    with running(TERMS) as (simulator, address), customer(*[500] * 7) as (url, got, taken):
        ask(address, url, "X00")
        until(lambda: len(got) == identity_provider.DELIVERIES and not simulator._sending)
        assert not taken.is_set()


def test_one_that_answers_twice_sends_two_callbacks_and_one_that_never_answers_none():
    with running(TERMS) as (_, address), customer(200, 200) as (url, got, _):
        ask(address, url, "X07")
        until(lambda: len(got) == 2)
    assert len({headers.all("webhook-id")[0] for headers, _ in got}) == 2
    with running(TERMS) as (simulator, address), customer() as (url, got, _):
        ask(address, url, "X04")
        assert (got, simulator._sending) == ([], set())


@pytest.mark.parametrize(
    ("method", "path", "body", "headers", "status"),
    [
        ("GET", "/v1/checks", None, {}, 404),
        ("GET", "/", None, {}, 404),
        ("DELETE", "/v1/checks", None, {}, 404),
        ("POST", "/v1/checks", b"{", {"Idempotency-Key": "k"}, 400),
        ("POST", "/v1/checks", b"[" * 60_000, {"Idempotency-Key": "k"}, 400),
        ("POST", "/v1/checks", b"[]", {"Idempotency-Key": "k"}, 400),
        ("POST", "/v1/checks", b"{}", {}, 400),
        ("POST", "/v1/checks", b"{}", {"Idempotency-Key": "k"}, 422),
        ("POST", "/v1/checks", b"x" * 70_000, {"Idempotency-Key": "k"}, 413),
        ("GET", "/v1/checks/chk_1", None, {"Authorization": "Bearer no"}, 401),
    ],
)
def test_a_request_that_makes_no_sense_is_refused(method, path, body, headers, status):
    with running(TERMS) as (_, address):
        sent = {"Authorization": f"Bearer {TERMS.api_key}"} | headers
        answer = httpx.request(method, address + path, content=body, headers=sent)
    assert answer.status_code == status


def test_the_functions_find_the_terms_where_the_template_has_a_place_for_them():
    class Manager:
        def put_secret_value(self, **put: str) -> None:
            self.put = put

    manager = Manager()
    introduce(TERMS, {}, manager)
    assert not hasattr(manager, "put")
    introduce(TERMS, {"IdentitySecret": "arn"}, manager)
    assert manager.put["SecretId"] == "arn"
    kept = json.loads(manager.put["SecretString"])
    assert key_of(kept["webhook_keys"][0]) == TERMS.signing_key
    assert kept["api_key"] == TERMS.api_key


def test_terms_are_made_anew():
    assert Terms().api_key != Terms().api_key
    assert asyncio.run(identity_provider.Simulator(TERMS).close()) is None
