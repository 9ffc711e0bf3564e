"""The issuer's keys: fetched with care, kept within bounds."""

import json
import threading
from http.server import BaseHTTPRequestHandler, HTTPServer

import pytest
from joserfc.jwk import ECKey, RSAKey

from remit.access import jwks as module
from remit.access.jwks import FRESH, KEPT, MAX_BYTES, MAX_KEYS, Jwks, fetch, parse
from remit.kernel.clock import MINUTE, SECOND
from remit.kernel.errors import Unavailable
from tests.unit.access.issuer import KEY, NOW, STRANGER, jwks

URL = "https://issuer.example/jwks"


class Source:
    """An issuer whose document can change, be lost, and counts how often it was asked for."""

    def __init__(self, document: bytes | None) -> None:
        self.document = document
        self.asked = 0

    def __call__(self, url: str) -> bytes:
        assert url == URL
        self.asked += 1
        if self.document is None:
            raise Unavailable
        return self.document


def public(key: ECKey | None) -> dict | None:
    return key and {name: key.as_dict(private=False)[name] for name in ("x", "y")}


def test_keys_are_fetched_once_and_remembered():
    source = Source(jwks())
    keys = Jwks(URL, fetch=source)
    for later in (0, SECOND, FRESH - 1):
        assert public(keys.key("k-1", now=NOW + later)) == public(KEY)
    assert source.asked == 1


def test_a_withdrawn_key_stops_working():
    source = Source(jwks())
    keys = Jwks(URL, fetch=source)
    keys.key("k-1", now=NOW)
    source.document = jwks(ECKey.generate_key("P-256", {"kid": "k-2"}))
    assert keys.key("k-1", now=NOW + FRESH) is None
    assert keys.key("k-2", now=NOW + FRESH) is not None


def test_a_new_key_works_within_a_minute():
    source = Source(jwks())
    keys = Jwks(URL, fetch=source)
    keys.key("k-1", now=NOW)
    source.document = jwks(KEY, ECKey.generate_key("P-256", {"kid": "k-2"}))
    assert keys.key("k-2", now=NOW + MINUTE) is not None


def test_invented_names_ask_the_issuer_once_a_minute():
    source = Source(jwks())
    keys = Jwks(URL, fetch=source)
    for number in range(1000):
        assert keys.key(f"invented-{number}", now=NOW + number * 59) is None
    assert source.asked == 1
    keys.key("invented", now=NOW + MINUTE)
    assert source.asked == 2


def test_known_keys_serve_while_the_issuer_is_away_but_not_for_ever():
    source = Source(jwks())
    keys = Jwks(URL, fetch=source)
    keys.key("k-1", now=NOW)
    source.document = None
    assert keys.key("k-1", now=NOW + FRESH) is not None
    assert keys.key("k-1", now=NOW + FRESH + 1) is not None
    assert source.asked == 2
    assert keys.key("k-1", now=NOW + KEPT - 1) is not None
    with pytest.raises(Unavailable):
        keys.key("k-1", now=NOW + KEPT)
    with pytest.raises(Unavailable):
        keys.key("k-1", now=NOW + KEPT + MINUTE)


def test_without_any_keys_the_issuer_is_asked_every_second():
    source = Source(None)
    keys = Jwks(URL, fetch=source)
    for later in (0, 1, 999):
        with pytest.raises(Unavailable):
            keys.key("k-1", now=NOW + later)
    assert source.asked == 1
    source.document = jwks()
    assert keys.key("k-1", now=NOW + SECOND) is not None


@pytest.mark.parametrize(
    "url", ["http://127.0.0.1:8000/jwks", "http://localhost/jwks", "http://[::1]:9/jwks", URL]
)
def test_keys_come_over_https_or_from_this_machine(url):
    Jwks(url)


@pytest.mark.parametrize(
    "url",
    [
        "http://issuer.example/jwks",
        "http://127.0.0.1.attacker.example/",
        "http://127.0.0.1@attacker.example/",
        "file:///etc/passwd",
        "ftp://127.0.0.1/jwks",
        "data:application/json,{}",
        "issuer.example",
        "",
    ],
)
def test_keys_come_from_nowhere_else(url):
    with pytest.raises(ValueError, match="https"):
        Jwks(url)


@pytest.mark.parametrize(
    "changes",
    [
        {"use": "enc"},
        {"alg": "ES384"},
        {"kid": ""},
        {"kid": 5},
        {"kid": None},
        {"kid": "k" * 129},
        {"crv": "P-384"},
        {"kty": "RSA"},
    ],
)
def test_a_key_for_anything_else_is_passed_over(changes):
    assert parse(jwks(**changes)) == {}


def test_keys_of_other_kinds_do_not_disturb():
    rsa = RSAKey.generate_key(2048, {"kid": "r-1"}).as_dict(private=False)
    document = json.loads(jwks()) | {"more": 1}
    document["keys"].insert(0, rsa)
    assert list(parse(json.dumps(document).encode())) == ["k-1"]


def test_a_private_half_is_not_even_read():
    document = json.dumps({"keys": [KEY.as_dict(private=True)]}).encode()
    assert not parse(document)["k-1"].is_private


def test_a_name_for_two_keys_names_none():
    other = ECKey.generate_key("P-256", {"kid": "k-2"})
    assert list(parse(jwks(KEY, STRANGER, other))) == ["k-2"]


def test_the_number_of_keys_is_bounded():
    many = [ECKey.generate_key("P-256", {"kid": f"k-{number}"}) for number in range(MAX_KEYS + 4)]
    assert len(parse(jwks(*many))) == MAX_KEYS


@pytest.mark.parametrize(
    "document",
    [
        b"",
        b"{",
        b"[]",
        b"null",
        b"{}",
        b'{"keys": 5}',
        b'{"keys": [5]}',
        b'{"keys": {"kid": "k-1"}}',
        b"\xff",
        b"[" * 50_000,
        jwks(x="AA"),
        jwks(y=5),
        jwks(x="!!!"),
        jwks(y=STRANGER.as_dict(private=False)["y"]),
    ],
)
def test_a_document_that_holds_no_proper_keys_is_an_outage(document):
    with pytest.raises(Unavailable):
        parse(document)


class Responder(BaseHTTPRequestHandler):
    """Answers as the path says."""

    def do_GET(self) -> None:
        if self.path == "/redirect":
            self.send_response(302)
            self.send_header("Location", "/good")
            self.end_headers()
            return
        body = {"/good": b'{"keys":[]}', "/full": b"x" * MAX_BYTES}.get(self.path)
        body = b"x" * (MAX_BYTES + 1) if self.path == "/large" else body
        if self.path == "/hang":
            self.server.hang.wait(5)
        self.send_response(200 if body is not None else 500)
        self.end_headers()
        self.wfile.write(body or b"")

    def log_message(self, *_: object) -> None:
        pass


@pytest.fixture(scope="module")
def origin():
    server = HTTPServer(("127.0.0.1", 0), Responder)
    server.hang = threading.Event()
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01})
    thread.start()
    yield f"http://127.0.0.1:{server.server_port}"
    server.hang.set()
    server.shutdown()
    thread.join()
    server.server_close()


def test_a_document_is_fetched(origin, monkeypatch):
    monkeypatch.setenv("http_proxy", "http://127.0.0.1:9")
    assert fetch(origin + "/good") == b'{"keys":[]}'
    assert len(fetch(origin + "/full")) == MAX_BYTES


@pytest.mark.parametrize("path", ["/redirect", "/large", "/broken"])
def test_a_document_that_is_not_simply_there_is_an_outage(origin, path):
    with pytest.raises(Unavailable):
        fetch(origin + path)


def test_an_issuer_that_does_not_answer_is_an_outage(origin, monkeypatch):
    monkeypatch.setattr(module, "TIMEOUT_SECONDS", 0.05)
    with pytest.raises(Unavailable):
        fetch(origin + "/hang")
    with pytest.raises(Unavailable):
        fetch("http://127.0.0.1:9/nobody")
