"""Signatures of callbacks: the standard's own vector, every byte tampered with, times, keys."""

import base64

import pytest
from hypothesis import given
from hypothesis import strategies as st

from remit.kernel.signature import SignatureInvalid, key_of, sign, verify
from tests.unit.identity.made import KEY, NOW, OLD_KEY, Fields, answer, signed

BODY = answer()


def holds(keys, fields, body, *, now=NOW):
    try:
        verify(keys, fields, body, now=now)
    except SignatureInvalid:
        return False
    return True


def test_the_published_vector_of_standard_webhooks_verifies():
    key = key_of("whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw")
    body = b'{"test": 2432232314}'
    expected = "v1,g0hM9SsE+OTPJTGt/tmIKtSyZlE3uFJELVlNIOLJ1OE="
    identifier, at = "msg_p5jXN8AQM9LWM0D4loKWxJek", 1614265330
    assert sign(key, identifier=identifier, timestamp=at, body=body) == expected
    fields = Fields(
        {
            "webhook-id": identifier,
            "webhook-timestamp": str(at),
            "webhook-signature": f"v1,bm9ldHUjKzFob2VudXRob2VodWUzMjRvdWVvdW9ldQo= {expected} v2,x",
        }
    )
    assert verify([key], fields, body, now=at * 1000)["webhook-id"] == identifier


def test_what_is_signed_with_a_key_in_use_holds():
    assert holds([KEY], signed(BODY, KEY), BODY)
    assert holds([KEY, OLD_KEY], signed(BODY, OLD_KEY), BODY)
    assert holds([KEY], signed(BODY, OLD_KEY, KEY), BODY)


def test_what_is_signed_with_a_key_that_is_out_of_use_does_not():
    assert not holds([KEY], signed(BODY, OLD_KEY), BODY)
    assert not holds([], signed(BODY, KEY), BODY)


def test_no_byte_of_the_body_can_be_changed_added_or_taken_away():
    fields = signed(BODY, KEY)
    for place in range(len(BODY)):
        for flip in (1, 128):
            changed = BODY[:place] + bytes([BODY[place] ^ flip]) + BODY[place + 1 :]
            assert not holds([KEY], fields, changed)
        assert not holds([KEY], fields, BODY[:place] + BODY[place + 1 :])
    assert not holds([KEY], fields, BODY + b" ")
    assert not holds([KEY], fields, b"")


def test_no_character_of_what_signs_it_can_be_changed():
    for name in ("webhook-id", "webhook-timestamp", "webhook-signature"):
        (good,) = signed(BODY, KEY).all(name)
        for place in range(len(good)):
            fields = signed(BODY, KEY)
            other = chr(ord(good[place]) ^ 1)
            fields.fields[name] = [good[:place] + other + good[place + 1 :]]
            assert not holds([KEY], fields, BODY), (name, place)


@pytest.mark.parametrize("name", ["webhook-id", "webhook-timestamp", "webhook-signature"])
def test_each_header_is_needed_once(name):
    for values in ([], ["", ""], list(signed(BODY, KEY).all(name)) * 2):
        fields = signed(BODY, KEY)
        fields.fields[name] = values
        assert not holds([KEY], fields, BODY)


@pytest.mark.parametrize(
    ("away", "held"),
    [(0, True), (300_000, True), (-300_000, True), (301_000, False), (-301_000, False)],
)  # fmt: skip
def test_it_holds_for_five_minutes_either_way(away, held):
    assert holds([KEY], signed(BODY, KEY), BODY, now=NOW + away) is held


@pytest.mark.parametrize(
    "stamp", ["", "-1795512600", "+1795512600", "1795512600.0", " 1795512600", "1_795_512_600",
              "\uff11" + "795512600", "9" * 13, "nan", "0x6b05a8d8"],
)  # fmt: skip
def test_a_time_that_is_not_plain_digits_is_refused(stamp):
    fields = signed(BODY, KEY)
    fields.fields["webhook-timestamp"] = [stamp]
    assert not holds([KEY], fields, BODY)


@pytest.mark.parametrize("version", ["v1a", "v2", "V1", "", "v1,v1"])
def test_a_signature_of_another_version_counts_for_nothing(version):
    fields = signed(BODY, KEY)
    fields.fields["webhook-signature"] = [fields.all("webhook-signature")[0].replace("v1", version)]
    assert not holds([KEY], fields, BODY)


def test_only_so_many_signatures_are_looked_at():
    good = signed(BODY, KEY).all("webhook-signature")[0]
    fields = signed(BODY, KEY)
    fields.fields["webhook-signature"] = [" ".join(["v1,no"] * 15 + [good])]
    assert holds([KEY], fields, BODY)
    fields.fields["webhook-signature"] = [" ".join(["v1,no"] * 16 + [good])]
    assert not holds([KEY], fields, BODY)


@given(st.text(max_size=40), st.text(max_size=40), st.text(max_size=80), st.binary(max_size=80))
def test_nonsense_is_refused_and_nothing_worse(identifier, stamp, signature, body):
    fields = Fields(
        {"webhook-id": identifier, "webhook-timestamp": stamp, "webhook-signature": signature}
    )
    assert not holds([KEY], fields, body)


@pytest.mark.parametrize(
    "text",
    [
        "",
        base64.b64encode(KEY).decode(),
        "whsec_",
        "whsec_!!!!",
        "whsec_" + base64.b64encode(bytes(23)).decode(),
        "whsec_" + base64.b64encode(bytes(65)).decode(),
        "whsec_" + base64.b64encode(KEY).decode()[:-1],
    ],
)
def test_a_key_that_is_none_is_refused(text):
    with pytest.raises(ValueError):  # noqa: PT011 - whatever it says
        key_of(text)


def test_a_key_is_read():
    assert key_of("whsec_" + base64.b64encode(KEY).decode()) == KEY
