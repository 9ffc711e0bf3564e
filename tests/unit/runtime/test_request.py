"""Reading API Gateway's event: headers in any case, keys, preferences, bodies."""

import base64

import pytest
from hypothesis import given
from hypothesis import strategies as st

from remit.kernel.errors import NotFound
from remit.runtime import request
from remit.runtime.request import (
    Headers,
    IdempotencyKeyInvalid,
    IdempotencyKeyMissing,
    MalformedBody,
    PayloadTooLarge,
    UnsupportedMediaType,
)

TRACE = "00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01"


def headers(**fields: str | list[str]) -> Headers:
    """Headers by names in which `_` stands for `-`."""
    return Headers(
        {
            "multiValueHeaders": {
                name.replace("_", "-"): content if isinstance(content, list) else [content]
                for name, content in fields.items()
            }
        }
    )


@pytest.mark.parametrize("name", ["Idempotency-Key", "idempotency-key", "IDEMPOTENCY-KEY"])
def test_header_names_have_no_case(name):
    assert Headers({"multiValueHeaders": {name: ["k"]}}).get("Idempotency-key") == "k"
    assert Headers({"headers": {name: "k"}}).get("iDEMPOTENCY-KEY") == "k"


def test_a_header_in_two_cases_is_two_headers():
    assert Headers({"multiValueHeaders": {"Prefer": ["a"], "prefer": ["b"]}}).all("PREFER") == [
        "a",
        "b",
    ]


@pytest.mark.parametrize("event", [{}, {"headers": None, "multiValueHeaders": None}])
def test_an_event_may_have_no_headers(event):
    assert Headers(event).get("Accept") is None
    assert not Headers(event).all("Accept")


@given(st.text(st.characters(min_codepoint=0x21, max_codepoint=0x7E), min_size=1, max_size=255))
def test_every_visible_ascii_key_is_taken_as_it_is(key):
    assert request.idempotency_key(headers(Idempotency_Key=key)) == key


@pytest.mark.parametrize(
    "key",
    ["", " ", "a b", "a\tb", "a\nb", "é", "\u202e", "k" * 256, "a\x00", " k", "k ", "😀", "\x7f"],
)
def test_any_other_key_is_invalid(key):
    with pytest.raises(IdempotencyKeyInvalid):
        request.idempotency_key(headers(Idempotency_Key=key))


def test_two_keys_are_invalid_even_when_they_agree():
    with pytest.raises(IdempotencyKeyInvalid):
        request.idempotency_key(headers(Idempotency_Key=["k", "k"]))
    with pytest.raises(IdempotencyKeyInvalid):
        request.idempotency_key(
            Headers({"multiValueHeaders": {"Idempotency-Key": ["k"], "idempotency-key": ["k"]}})
        )


def test_no_key_is_missing():
    with pytest.raises(IdempotencyKeyMissing):
        request.idempotency_key(headers())


@pytest.mark.parametrize(
    ("prefer", "seconds"),
    [
        ("wait=5", 5),
        ("wait=0", 0),
        ("wait=10", 10),
        ("wait=11", 10),
        ("wait=99999999999999999999999999", 10),
        ("WAIT=3", 3),
        ("wait = 3", 3),
        ('wait="3"', 3),
        ("respond-async, wait=4", 4),
        ("wait=4; foo=bar", 4),
        (["respond-async", "wait=4"], 4),
        ("wait=4, wait=7", 4),
        ("wait=-1", 0),
        ("wait=1.5", 0),
        ("wait=1e1", 0),
        ("wait=٣", 0),
        ("wait", 0),
        ("wait=", 0),
        ("waiter=5", 0),
        ("", 0),
        (",,,;;==", 0),
        ("\ud800", 0),
    ],
)
def test_the_wait_is_what_the_client_prefers_within_bounds(prefer, seconds):
    assert request.wait_seconds(headers(Prefer=prefer)) == seconds


@given(st.text(max_size=300))
def test_no_preference_breaks_the_reader(text):
    assert 0 <= request.wait_seconds(headers(Prefer=text)) <= 10


def test_a_long_preference_is_read_in_linear_time():
    assert request.wait_seconds(headers(Prefer="wait" + " " * 100_000 + "x")) == 0


@pytest.mark.parametrize(
    "trace",
    [
        None,
        "",
        "garbage",
        TRACE.upper(),
        TRACE + "-more",
        "ff" + TRACE[2:],
        f"00-{'0' * 32}-00f067aa0ba902b7-01",
        f"00-4bf92f3577b34da6a3ce929d0e0e4736-{'0' * 16}-01",
        TRACE + "\n",
    ],
)
def test_an_invalid_trace_is_dropped(trace):
    assert request.traceparent(headers(**({} if trace is None else {"traceparent": trace}))) is None


def test_a_valid_trace_is_kept():
    assert request.traceparent(headers(TraceParent=TRACE)) == TRACE


def body(event: dict, *, content_type: str | list[str] | None = "application/json", most=100):
    sent = headers(**({} if content_type is None else {"Content_Type": content_type}))
    return request.body_bytes(event, sent, media_types=["application/json"], most=most)


@pytest.mark.parametrize("event", [{}, {"body": None}, {"body": ""}])
def test_no_body_needs_no_media_type(event):
    assert body(event, content_type=None) == b""


def test_a_body_is_bytes_however_it_comes():
    assert body({"body": "é"}) == "é".encode()
    encoded = base64.b64encode("é".encode()).decode()
    assert body({"body": encoded, "isBase64Encoded": True}) == "é".encode()


@pytest.mark.parametrize(
    "content_type",
    [
        "application/json",
        "Application/JSON",
        "application/json; charset=utf-8",
        'application/json;charset="UTF-8"',
        " application/json ",
        "application/json;",
    ],
)
def test_json_is_taken_in_utf_8(content_type):
    assert body({"body": "{}"}, content_type=content_type) == b"{}"


@pytest.mark.parametrize(
    "content_type",
    [
        None,
        "",
        "text/plain",
        "application/xml",
        "application/json; charset=latin-1",
        "application/jsonx",
        "application/json, text/plain",
        ["application/json", "text/plain"],
        "application/json; charset=utf-8; boundary=x",
    ],
)
def test_any_other_media_type_is_not_supported(content_type):
    with pytest.raises(UnsupportedMediaType):
        body({"body": "{}"}, content_type=content_type)


@pytest.mark.parametrize(
    "event",
    [
        {"body": "x" * 101},
        {"body": "é" * 51},
        {"body": base64.b64encode(b"x" * 101).decode(), "isBase64Encoded": True},
        {"body": "x" * 10_000_000},
    ],
)
def test_a_body_over_the_limit_is_too_large(event):
    with pytest.raises(PayloadTooLarge):
        body(event)


@pytest.mark.parametrize(
    "event",
    [
        {"body": "x" * 100},
        {"body": base64.b64encode(b"x" * 100).decode(), "isBase64Encoded": True},
    ],
)
def test_a_body_at_the_limit_is_taken(event):
    assert len(body(event)) == 100


@pytest.mark.parametrize(
    "event",
    [
        {"body": "\ud800"},
        {"body": "not base64!", "isBase64Encoded": True},
        {"body": "é", "isBase64Encoded": True},
        {"body": "abc", "isBase64Encoded": True},
    ],
)
def test_a_body_that_is_no_bytes_cannot_be_read(event):
    with pytest.raises(MalformedBody):
        body(event)


@pytest.mark.parametrize("text", ["", "a b", "é", "\ud800", "x" * 129, "a\x00b", "\n"])
def test_a_path_parameter_that_cannot_be_an_id_finds_nothing(text):
    with pytest.raises(NotFound):
        request.path_parameters({"pathParameters": {"id": text}})


def test_path_parameters_are_given_as_they_are():
    assert request.path_parameters({"pathParameters": {"id": "pay_1"}}) == {"id": "pay_1"}
    assert request.path_parameters({"pathParameters": None}) == {}


def test_every_value_of_a_query_parameter_is_seen():
    both = {
        "multiValueQueryStringParameters": {"a": ["1", "2"]},
        "queryStringParameters": {"a": "2"},
    }
    assert request.query_parameters(both) == {"a": ["1", "2"]}
    assert request.query_parameters({"queryStringParameters": {"a": "2"}}) == {"a": ["2"]}
    assert request.query_parameters({}) == {}
