"""The line to a scheme, over real sockets: what is heard of a message that was sent."""

import socket
import threading
from http.server import BaseHTTPRequestHandler, HTTPServer

import pytest

from remit.kernel.signature import verify
from remit.rails.link import HttpLine, pool
from remit.runtime.request import Headers

KEY = b"k" * 32
NOW = 1_795_512_600_000


class Scheme(BaseHTTPRequestHandler):
    """Answers with the status that the server was given."""

    def do_POST(self):
        body = self.rfile.read(int(self.headers["Content-Length"]))
        self.server.got.append((dict(self.headers), body))
        self.send_response(self.server.status)
        self.send_header("Location", "http://127.0.0.1:1/")
        self.send_header("Content-Length", "0")
        self.end_headers()

    def log_message(self, *_):
        pass


@pytest.fixture
def scheme():
    server = HTTPServer(("127.0.0.1", 0), Scheme)
    server.got, server.status = [], 202
    thread = threading.Thread(target=server.serve_forever, daemon=True)
    thread.start()
    yield server
    server.shutdown()
    server.server_close()
    thread.join()


def line(port):
    return HttpLine(pool=pool(), url=f"http://127.0.0.1:{port}/messages", keys=[KEY])


def test_a_message_arrives_as_it_is_and_signed(scheme):
    assert line(scheme.server_port).send("T1", b"<Document/>", now=NOW) == "taken"
    ((headers, body),) = scheme.got
    assert body == b"<Document/>"
    assert headers["Content-Type"] == "application/xml"
    assert headers["webhook-id"] == "T1"
    verify([KEY], Headers({"headers": headers}), body, now=NOW)


@pytest.mark.parametrize(
    ("status", "heard"),
    [
        (200, "taken"), (202, "taken"), (204, "taken"), (409, "duplicate"),
        (301, "refused"), (400, "refused"), (401, "refused"), (500, "refused"), (503, "refused"),
    ],
)  # fmt: skip
def test_what_the_scheme_answers_is_heard(scheme, status, heard):
    scheme.status = status
    assert line(scheme.server_port).send("T1", b"<x/>", now=NOW) == heard
    assert len(scheme.got) == 1, "nothing is sent twice by itself"


def test_a_line_that_is_dead_is_no_answer():
    with socket.socket() as bound:
        bound.bind(("127.0.0.1", 0))
        assert line(bound.getsockname()[1]).send("T1", b"<x/>", now=NOW) == "unanswered"


def test_a_scheme_that_hangs_up_is_no_answer():
    with socket.create_server(("127.0.0.1", 0)) as listening:

        def hang_up():
            listening.accept()[0].close()

        thread = threading.Thread(target=hang_up, daemon=True)
        thread.start()
        assert line(listening.getsockname()[1]).send("T1", b"<x/>", now=NOW) == "unanswered"
        thread.join()


def test_a_line_does_not_tell_its_keys():
    assert "k" * 8 not in repr(line(1))
