"""Reading bodies and query strings: one meaning, or a refusal that says where."""

import json
from typing import Annotated, Literal

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pydantic import BaseModel, ConfigDict, Field

from remit.runtime.body import (
    MAX_DEPTH,
    InvalidRequest,
    MalformedJson,
    parse,
    validated,
    validated_query,
)

CANARY = "canary-7f3a"


class Own(BaseModel):
    account: str


class Outside(BaseModel):
    name: str
    iban: str


class Thing(BaseModel):
    model_config = ConfigDict(frozen=True)

    amount: int
    currency: Literal["EUR", "JPY"]
    creditor: Own | Outside | None = None
    lines: list[Own] = []


class Query(BaseModel):
    limit: Annotated[int, Field(ge=1, le=100)] = 20
    cursor: str | None = None


def read(raw: bytes) -> Thing:
    return validated(Thing, raw, parse(raw))


def refused(document: object) -> list[dict[str, str]]:
    with pytest.raises(InvalidRequest) as caught:
        read(json.dumps(document).encode())
    return list(caught.value.errors)


json_values = st.recursive(
    st.none()
    | st.booleans()
    | st.integers()
    | st.floats(allow_nan=False, allow_infinity=False)
    | st.text(st.characters(exclude_categories=["Cs"])),
    lambda inner: (
        st.lists(inner, max_size=3)
        | st.dictionaries(st.text(st.characters(exclude_categories=["Cs"])), inner, max_size=3)
    ),
    max_leaves=10,
)


@given(json_values)
def test_whatever_json_writes_is_read_back(document):
    assert parse(json.dumps(document).encode()) == document


@given(st.binary(max_size=200))
def test_no_bytes_get_past_parsing_but_json(raw):
    try:
        document = parse(raw)
    except MalformedJson:
        return
    assert json.loads(raw.decode()) == document


@pytest.mark.parametrize(
    "raw",
    [
        b"",
        b" ",
        b"{",
        b"{'a': 1}",
        b'{"a": 1,}',
        b'{"a": 1} {"b": 2}',
        b'{"a": 1, "a": 1}',
        b'{"x": {"a": 1, "a": 2}}',
        b'{"a": 1, "\\u0061": 2}',
        b'{"a": NaN}',
        b'{"a": Infinity}',
        b'{"a": -Infinity}',
        b'{"a": 1e400}',
        b'{"a": -1e400}',
        b'{"a": ' + b"9" * 5000 + b"}",
        b'{"a": 01}',
        b'{"a": "\\ud800"}',
        b'{"\\udfff": 1}',
        b'["\\udc00\\ud800"]',
        b'\xef\xbb\xbf{"a": 1}',
        b'{"a": "\xff"}',
        '{"a": 1}'.encode("utf-16"),
        b'{"a": "\x00"}',
        b"[" * 60_000,
        b'{"a":' * 10_000 + b"1" + b"}" * 10_000,
        b"[" * (MAX_DEPTH + 1) + b"]" * (MAX_DEPTH + 1),
    ],
)
def test_what_two_readers_could_read_differently_is_malformed(raw):
    with pytest.raises(MalformedJson) as caught:
        parse(raw)
    assert caught.value.__cause__ is None
    assert CANARY not in str(caught.value)


def test_the_deepest_allowed_nesting_is_read():
    assert parse(b"[" * MAX_DEPTH + b"]" * MAX_DEPTH) is not None


def test_a_surrogate_pair_is_one_character():
    assert parse(b'"\\ud83d\\ude00"') == "😀"


def test_a_good_body_becomes_the_model():
    assert read(b'{"amount": 5, "currency": "EUR"}') == Thing(amount=5, currency="EUR")


@pytest.mark.parametrize("amount", [1.0, 1.5, True, "1", None, [1], {"x": 1}, 1e300])
def test_nothing_but_an_integer_is_an_integer(amount):
    (error,) = refused({"amount": amount, "currency": "EUR"})
    assert error["pointer"] == "/amount"


def test_the_scientific_notation_of_an_integer_is_refused():
    with pytest.raises(InvalidRequest):
        read(b'{"amount": 1e2, "currency": "EUR"}')


@pytest.mark.parametrize("document", [None, [], "text", 1, True])
def test_a_body_that_is_no_object_is_refused_as_a_whole(document):
    (error,) = refused(document)
    assert error["pointer"] == ""


def test_every_error_is_told_with_its_place():
    errors = refused({"amount": "x", "lines": [{"account": "a"}, {"account": 5}, {}], "more": 1})
    assert {error["pointer"] for error in errors} == {
        "/amount",
        "/currency",
        "/lines/1/account",
        "/lines/2/account",
        "/more",
    }


def test_an_unknown_field_is_refused_at_any_depth():
    (error,) = refused(
        {"amount": 1, "currency": "EUR", "lines": [{"account": "a", "colour": "red"}]}
    )
    assert error["pointer"] == "/lines/0/colour"


def test_the_members_of_a_union_are_no_part_of_the_place():
    errors = refused({"amount": 1, "currency": "EUR", "creditor": {"account": 5}})
    pointers = {error["pointer"] for error in errors}
    assert pointers <= {"/creditor/account", "/creditor/name", "/creditor/iban"}
    assert "/creditor/account" in pointers


def test_no_value_is_ever_repeated():
    errors = refused(
        {
            "amount": CANARY,
            "currency": CANARY,
            "creditor": {"name": 5, "iban": CANARY, CANARY + "!": CANARY},
            CANARY + " with spaces": CANARY,
            "lines": CANARY,
        }
    )
    assert CANARY not in json.dumps(errors)


def test_a_name_that_is_not_like_ours_is_not_repeated():
    (error,) = refused({"amount": 1, "currency": "EUR", "DE89 3704": 1})
    assert error["pointer"] == ""


def test_the_number_of_errors_is_bounded():
    document = {"amount": 1, "currency": "EUR"} | {f"x{number}": 1 for number in range(1000)}
    assert len(refused(document)) <= 20


def test_a_query_is_read_from_text():
    assert validated_query(Query, {"limit": ["7"]}) == Query(limit=7)
    assert validated_query(Query, {}) == Query()
    assert validated_query(None, {}) is None


@pytest.mark.parametrize(
    ("parameters", "pointer"),
    [
        ({"limit": ["0"]}, "/limit"),
        ({"limit": ["101"]}, "/limit"),
        ({"limit": ["ten"]}, "/limit"),
        ({"limit": [""]}, "/limit"),
        ({"limit": ["9" * 5000]}, "/limit"),
        ({"limit": ["1", "2"]}, "/limit"),
        ({"colour": ["red"]}, "/colour"),
        ({"a b": ["red"]}, ""),
    ],
)
def test_a_query_that_breaks_a_rule_is_refused_with_its_place(parameters, pointer):
    with pytest.raises(InvalidRequest) as caught:
        validated_query(Query, parameters)
    (error,) = caught.value.errors
    assert error["pointer"] == pointer


def test_a_query_that_is_not_unicode_is_refused():
    with pytest.raises(InvalidRequest):
        validated_query(Query, {"cursor": ["\ud800"]})


def test_a_resource_without_parameters_takes_none():
    with pytest.raises(InvalidRequest):
        validated_query(None, {"x": ["1"]})
