"""A client that lies, stalls or shouts gets a short answer, and nobody else notices."""

import socket
import time

import httpx
import pytest

from local.cloud import Cloud


def exchange(here: Cloud, sent: bytes) -> bytes:
    """Send bytes as they are, and read until the server closes."""
    host, port = here.site.removeprefix("http://").split(":")
    with socket.create_connection((host, int(port)), timeout=10) as raw:
        raw.sendall(sent)
        raw.shutdown(socket.SHUT_WR)
        answer = b""
        while piece := raw.recv(65536):
            answer += piece
    return answer


@pytest.mark.parametrize(
    ("sent", "status"),
    [
        (b"nonsense\r\n\r\n", 400),
        (b"GET /v9/open HTTP/1.1\r\n\r\n", 400),  # no Host
        (b"POST /v9/open HTTP/1.1\r\nHost: x\r\nContent-Length: -1\r\n\r\n", 400),
        (b"POST /v9/open HTTP/1.1\r\nHost: x\r\nContent-Length: 1, 2\r\n\r\nab", 400),
        (b"POST /v9/open HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: chunked\r\n\r\nzz\r\n", 400),
        (b"POST /v9/open HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: gzip\r\n\r\n", 501),
        (b"GET /v9/open HTTP/1.1\r\nHost: x\r\nX: " + b"x" * 20_000 + b"\r\n\r\n", 431),
        (b"GET /v9/open HTTP/1.0\r\n\r\n", 200),
        (b"GET /v9/open HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n", 200),
    ],
)
def test_bytes_are_answered_with(here, sent, status):
    answer = exchange(here, sent)
    assert answer.startswith(f"HTTP/1.1 {status} ".encode())
    assert answer.count(b"HTTP/1.1 ") == 1


def test_a_request_that_breaks_off_is_not_passed_on(here):
    half = b"POST /v9/open HTTP/1.1\r\nHost: x\r\nContent-Length: 10\r\n\r\nabc"
    assert not exchange(here, half).startswith(b"HTTP/1.1 200")


def test_two_requests_at_once_get_their_answers_in_order(here):
    one = b"GET /v9/open?n=%d HTTP/1.1\r\nHost: x\r\n\r\n"
    last = b"GET /v9/open?n=2 HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n"
    answer = exchange(here, one % 1 + last)
    first, second = answer.split(b"HTTP/1.1 200 OK")[1:]
    assert b'"n": "1"' in first
    assert b'"n": "2"' in second


def test_a_path_is_not_a_way_into_the_machine(here):
    for path in (b"/v9/../../etc/passwd", b"/v9/%2e%2e/%2e%2e/etc/passwd", b"//etc/passwd"):
        answer = exchange(here, b"GET " + path + b" HTTP/1.1\r\nHost: x\r\n\r\n")
        assert answer.startswith(b"HTTP/1.1 404")


def test_many_stalled_clients_do_not_hinder_one_that_speaks(here):
    host, port = here.site.removeprefix("http://").split(":")
    stalled = [socket.create_connection((host, int(port))) for _ in range(300)]
    try:
        for raw in stalled:
            raw.sendall(b"GET /v9/open HTTP/1.1\r\nHost:")
        started = time.monotonic()
        assert httpx.get(f"{here.url}/open").status_code == 200
        assert time.monotonic() - started < 5
    finally:
        for raw in stalled:
            raw.close()
