"""Signatures of messages, both ways."""

import base64

import pytest

from remit.kernel.signature import NAMES, TOLERANCE, SignatureInvalid, key_of, signed, verify
from remit.runtime.request import Headers

KEY, OTHER = b"k" * 32, b"o" * 32
NOW = 1_795_512_600_000
BODY = b"<Document/>"


def headers(**changed):
    made = dict(signed([KEY], identifier="msg_1", now=NOW, body=BODY))
    return made | {name.replace("_", "-"): content for name, content in changed.items()}


def accepts(found, *, keys=(KEY,), body=BODY, now=NOW):
    try:
        verify(keys, Headers({"headers": found}), body, now=now)
    except SignatureInvalid:
        return False
    return True


def test_the_published_example_of_the_standard_is_accepted():
    key = key_of("whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw")
    given = {
        "webhook-id": "msg_p5jXN8AQM9LWM0D4loKWxJek",
        "webhook-timestamp": "1614265330",
        "webhook-signature": "v1,g0hM9SsE+OTPJTGt/tmIKtSyZlE3uFJELVlNIOLJ1OE=",
    }
    body = b'{"test": 2432232314}'
    assert accepts(given, keys=[key], body=body, now=1_614_265_330_000)


def test_what_was_signed_is_accepted_and_nothing_else():
    assert accepts(headers())
    assert not accepts(headers(), body=BODY + b" ")
    assert not accepts(headers(), keys=[OTHER])
    assert not accepts(headers(), keys=[])
    assert not accepts(headers(webhook_id="msg_2"))


@pytest.mark.parametrize("drift", [-TOLERANCE, 0, TOLERANCE])
def test_clocks_may_differ_by_five_minutes(drift):
    assert accepts(headers(), now=NOW + drift)


@pytest.mark.parametrize("drift", [-TOLERANCE - 1_000, TOLERANCE + 1_000])
def test_what_was_signed_at_another_time_is_a_replay(drift):
    assert not accepts(headers(), now=NOW + drift)


@pytest.mark.parametrize("name", NAMES)
def test_each_header_must_be_there_once(name):
    given = headers()
    assert not accepts({key: content for key, content in given.items() if key != name})
    twice = {"multiValueHeaders": {key: [text] for key, text in given.items()} | {name: ["x", "x"]}}
    with pytest.raises(SignatureInvalid):
        verify([KEY], Headers(twice), BODY, now=NOW)


@pytest.mark.parametrize("stamp", ["", "soon", "-1", "1e9", "9" * 13])
def test_a_time_that_is_none_is_refused(stamp):
    assert not accepts(headers(webhook_timestamp=stamp))


def test_one_of_several_signatures_and_of_several_keys_will_do():
    both = dict(signed([OTHER, KEY], identifier="m", now=NOW, body=BODY))
    assert accepts(both, keys=[KEY])
    assert accepts(both, keys=[b"x" * 32, OTHER])
    assert not accepts(headers(webhook_signature="v2,x " * 16 + headers()["webhook-signature"]))


@pytest.mark.parametrize(
    "text",
    ["", "x", "whsec_", "whsec_!!", "whsec_" + base64.b64encode(b"x" * 23).decode(),
     "whsec_" + base64.b64encode(b"x" * 65).decode()],
)  # fmt: skip
def test_a_key_of_another_form_is_none(text):
    with pytest.raises(ValueError):  # noqa: PT011 - base64 says it in words of its own
        key_of(text)
