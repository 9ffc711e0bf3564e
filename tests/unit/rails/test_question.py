"""A question to a scheme, over real sockets: signed, asked once, and what is heard."""

import json
import socket
import threading
from http.server import BaseHTTPRequestHandler, HTTPServer

import pytest

from remit.kernel.signature import verify
from remit.rails.link import pool
from remit.rails.question import MAX_BYTES, HttpQuestions, Unanswered
from remit.runtime.request import Headers

KEY = b"k" * 32
NOW = 1_795_512_600_000


class Scheme(BaseHTTPRequestHandler):
    """Answers with the status and the body that the server was given."""

    def do_POST(self):
        body = self.rfile.read(int(self.headers["Content-Length"]))
        self.server.got.append((dict(self.headers), body))
        self.send_response(self.server.status)
        self.send_header("Location", "http://127.0.0.1:1/")
        self.send_header("Content-Length", str(len(self.server.answer)))
        self.end_headers()
        self.wfile.write(self.server.answer)

    def log_message(self, *_):
        pass


@pytest.fixture(scope="module")
def server():
    made = HTTPServer(("127.0.0.1", 0), Scheme)
    thread = threading.Thread(target=made.serve_forever, daemon=True)
    thread.start()
    yield made
    made.shutdown()
    made.server_close()
    thread.join()


@pytest.fixture
def scheme(server):
    server.got, server.status, server.answer = [], 200, b"{}"
    return server


def questions(port):
    return HttpQuestions(pool=pool(), url=f"http://127.0.0.1:{port}/ask", keys=[KEY])


def test_a_question_arrives_as_json_and_signed(scheme):
    scheme.answer = b'{"yes": 1}'
    heard = questions(scheme.server_port).ask("vop_1", {"b": "\u00e9", "a": 1}, now=NOW)
    assert (heard.status, heard.content) == (200, {"yes": 1})
    ((headers, body),) = scheme.got
    assert json.loads(body) == {"a": 1, "b": "\u00e9"}
    assert headers["X-Request-Id"] == headers["webhook-id"] == "vop_1"
    verify([KEY], Headers({"headers": headers}), body, now=NOW)


@pytest.mark.parametrize("status", [200, 301, 404, 429])
def test_what_the_scheme_answers_is_heard_and_not_followed(scheme, status):
    scheme.status = status
    assert questions(scheme.server_port).ask("q", {}, now=NOW).status == status
    assert len(scheme.got) == 1, "nothing is asked twice by itself"


@pytest.mark.parametrize(
    "answer", [b"", b"<x/>", b"[]", b"7", b"[" * 5_000, b" " * MAX_BYTES + b"{}"]
)
def test_an_answer_that_is_no_object_or_too_large_is_heard_as_none(scheme, answer):
    scheme.answer = answer
    assert questions(scheme.server_port).ask("q", {}, now=NOW).content is None


def test_a_scheme_in_trouble_a_dead_line_and_one_that_hangs_up_are_no_answer(scheme):
    scheme.status = 503
    with pytest.raises(Unanswered):
        questions(scheme.server_port).ask("q", {}, now=NOW)
    with socket.socket() as bound:
        bound.bind(("127.0.0.1", 0))
        with pytest.raises(Unanswered):
            questions(bound.getsockname()[1]).ask("q", {}, now=NOW)
    with socket.create_server(("127.0.0.1", 0)) as listening:

        def hang_up():
            listening.accept()[0].close()

        thread = threading.Thread(target=hang_up, daemon=True)
        thread.start()
        with pytest.raises(Unanswered) as told:
            questions(listening.getsockname()[1]).ask("q", {"name": "Jan Tomas"}, now=NOW)
        thread.join()
    assert "Jan" not in str(told.value)


def test_a_line_does_not_tell_its_keys():
    assert "k" * 8 not in repr(questions(1))


def test_a_connection_is_used_again_unless_an_answer_was_too_large(scheme):
    line = questions(scheme.server_port)
    for answer in (b"{}", b" " * (MAX_BYTES + 50), b'{"a": 1}'):
        scheme.answer = answer
        heard = line.ask("q", {}, now=NOW)
    assert heard.content == {"a": 1}, "nothing of the large one is left in the way"
