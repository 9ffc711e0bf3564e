"""Reading what a provider sends: hostile bodies are refused, and never quoted."""

import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from remit.identity.schema import CallbackMalformed, read_callback, read_polled
from tests.unit.identity.made import CHECK_ID, answer

CANARY = "Zebedee Quartermaine"


def test_an_answer_is_read():
    result = read_callback(answer(outcome="mismatch", reasons=["Ada Example", "name_differs"]))
    assert (result.check_id, result.outcome, result.reason) == (
        CHECK_ID,
        "mismatch",
        "name_differs",
    )
    assert (result.reference, result.completed_at) == ("ver_1", 1_795_512_600_000)
    assert result.body == answer(outcome="mismatch", reasons=["Ada Example", "name_differs"])


def test_what_a_provider_adds_is_passed_over():
    assert read_callback(answer(score=0.93, extra={"deep": [1]})).outcome == "clear"


WRONG = [
    b"",
    b"null",
    b"[]",
    b"7",
    b"\xff\xfe",
    b"{",
    b"{}",
    answer().replace(b"check.completed", b"check.deleted"),
    answer(check=CANARY),
    answer(check="chk_1"),
    answer(check=["a"]),
    answer(check=None),
    answer(outcome="timed_out"),
    answer(outcome="failed"),
    answer(outcome=CANARY),
    answer(outcome=1),
    answer(reference=CANARY),
    answer(reference="x" * 129),
    answer(reference=7),
    answer(reasons="a"),
    answer(reasons=[7]),
    answer(reasons=["a"] * 21),
    answer(completed_at="yesterday"),
    answer(completed_at=1795512600),
    answer(completed_at="2026-11-24"),
    b"[" * 60_000,
    b'{"data":' * 8_000,
    answer(more="x" * 65_536),
]


@pytest.mark.parametrize("body", WRONG, ids=range(len(WRONG)))
def test_a_body_that_is_no_answer_is_refused_and_not_quoted(body):
    with pytest.raises(CallbackMalformed) as refused:
        read_callback(body)
    assert CANARY not in str(refused.value)
    assert refused.value.__suppress_context__ or refused.value.__context__ is None
    assert not refused.value.errors


@given(st.binary(max_size=200))
def test_any_bytes_are_refused_and_nothing_worse(body):
    with pytest.raises(CallbackMalformed):
        read_callback(body)


@given(
    st.recursive(
        st.none() | st.booleans() | st.integers() | st.floats() | st.text(),
        lambda inner: st.lists(inner) | st.dictionaries(st.text(), inner),
        max_leaves=10,
    )
)
def test_any_content_in_an_answers_place_is_refused_and_nothing_worse(content):
    with pytest.raises(CallbackMalformed):
        read_callback(json.dumps({"type": "check.completed", "data": content}).encode())


def test_a_poll_is_pending_or_answered():
    data = json.loads(answer())["data"]
    assert read_polled(b'{"status":"pending"}') is None
    done = read_polled(json.dumps({"status": "completed", "data": data}).encode())
    assert done is not None
    assert done.outcome == "clear"


@pytest.mark.parametrize("body", [b"{}", b'{"status":"completed"}', b'{"status":"lost"}', b"["])
def test_a_poll_that_is_neither_is_refused(body):
    with pytest.raises(ValueError):  # noqa: PT011 - whatever it says
        read_polled(body)
