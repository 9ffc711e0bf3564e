"""The provider over HTTP: whatever it answers, however it fails, nothing of it gets out."""

import socket
import threading
from collections.abc import Iterator
from contextlib import contextmanager

import pytest

from local.identity_provider import Terms, running
from remit.identity import http
from remit.identity.http import HttpProvider, pool
from remit.identity.ports import NotAsked, ProviderRefused, ProviderUnavailable
from tests.unit.identity.made import CHECK_ID, answer, applicant

CANARY = "Zebedee Quartermaine"
URL = "http://127.0.0.1:9/callbacks"


@contextmanager
def saying(raw: bytes, requests: list[bytes] | None = None) -> Iterator[HttpProvider]:
    """A provider that says just this to whatever it is asked."""
    listener = socket.create_server(("127.0.0.1", 0))

    def serve() -> None:
        while True:
            try:
                connection, _ = listener.accept()
            except OSError:
                return
            with connection:
                got = connection.recv(65_536)
                while b"Content-Length: " in got and not got.endswith(b"}"):
                    got += connection.recv(65_536)
                if requests is not None:
                    requests.append(got)
                connection.sendall(raw)

    thread = threading.Thread(target=serve, daemon=True)
    thread.start()
    connections = pool()
    try:
        host, port = listener.getsockname()
        yield HttpProvider(pool=connections, url=f"http://{host}:{port}", key="secret-key")
    finally:
        connections.clear()
        listener.shutdown(socket.SHUT_RDWR)
        listener.close()
        thread.join(5)


def response(status: int, body: bytes = b"{}", *, more: str = "") -> bytes:
    head = f"HTTP/1.1 {status} X\r\nContent-Length: {len(body)}\r\nConnection: close\r\n{more}\r\n"
    return head.encode() + body


def start(provider: HttpProvider) -> str:
    return provider.start(CHECK_ID, applicant(name=CANARY), URL)


def test_a_question_carries_its_key_ours_and_the_applicant():
    requests: list[bytes] = []
    with saying(response(201, b'{"reference":"ver_9","more":1}'), requests) as provider:
        assert start(provider) == "ver_9"
    head, _, body = requests[0].partition(b"\r\n\r\n")
    assert head.startswith(b"POST /v1/checks HTTP/1.1")
    assert b"Authorization: Bearer secret-key" in head
    assert f"Idempotency-Key: {CHECK_ID}".encode() in head
    assert CANARY.encode() in body
    assert URL.encode() in body


PASSING = [
    response(401),
    response(403),
    response(408),
    response(425),
    response(429),
    response(500),
    response(503, CANARY.encode()),
    response(302, more="Location: http://127.0.0.1:9/elsewhere\r\n"),
    response(204, b""),
    response(200, b""),
    response(200, b"[]"),
    response(200, b'{"reference":7}'),
    response(200, b'{"reference":"' + CANARY.encode() + b'"}'),
    response(200, b"x" * 70_000),
    response(200)[:-1],
    b"",
    b"SSH-2.0-x\r\n",
    b"HTTP/1.1 banana\r\n\r\n",
]


@pytest.mark.parametrize("raw", PASSING, ids=range(len(PASSING)))
def test_trouble_that_says_nothing_of_the_applicant_may_pass(raw):
    for ask in (start, lambda provider: provider.result(CHECK_ID)):
        with saying(raw) as provider, pytest.raises(ProviderUnavailable) as failed:
            ask(provider)
        assert CANARY not in str(failed.value)
        assert failed.value.__suppress_context__ or failed.value.__context__ is None


@pytest.mark.parametrize("status", [400, 404, 409, 410, 422, 451])
def test_what_is_refused_stays_refused(status):
    with saying(response(status, CANARY.encode())) as provider:
        with pytest.raises(ProviderRefused) as refused:
            start(provider)
        assert refused.value.reason == f"provider_{status}"
        with pytest.raises(NotAsked if status == 404 else ProviderRefused):
            provider.result(CHECK_ID)


def test_nobody_there_and_nobody_answering_may_pass(monkeypatch):
    monkeypatch.setattr(http, "_CONNECT_SECONDS", 0.05)
    monkeypatch.setattr(http, "_READ_SECONDS", 0.05)
    with socket.socket() as silent:
        silent.bind(("127.0.0.1", 0))
        url = f"http://127.0.0.1:{silent.getsockname()[1]}"
        refusing = HttpProvider(pool=pool(), url=url, key="k")
        with pytest.raises(ProviderUnavailable):
            start(refusing)
        silent.listen()
        with pytest.raises(ProviderUnavailable):
            start(HttpProvider(pool=pool(), url=url, key="k"))


def test_an_answer_about_another_check_is_not_believed():
    body = b'{"status":"completed","data":' + answer(CHECK_ID[:-1] + "0")[36:-1] + b"}"
    assert b'"check"' in body
    with saying(response(200, body)) as provider, pytest.raises(ProviderUnavailable) as failed:
        provider.result(CHECK_ID)
    assert "another check" in str(failed.value)


def test_the_key_is_in_no_representation():
    assert "k3y" not in repr(HttpProvider(pool=pool(), url="https://x", key="k3y"))


@pytest.mark.parametrize("key", ["", "another", "ключ"])
def test_the_local_provider_wants_the_right_key(key):
    with running(Terms()) as (_, address):
        provider = HttpProvider(pool=pool(), url=address, key=key.encode().decode("latin-1"))
        with pytest.raises(ProviderUnavailable):
            start(provider)
