"""Cursors: they continue the list that made them, and no other."""

import base64
from typing import Annotated

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pydantic import BaseModel, BeforeValidator, ValidationError

from remit.kernel.page import InvalidCursor, PageQuery, cursor, moment, position

positions = st.dictionaries(st.text(max_size=5), st.text(max_size=5) | st.integers(), max_size=3)


@given(st.text(max_size=10), positions)
def test_a_cursor_gives_back_the_position_it_was_made_from(scope, where):
    assert position(scope, cursor(scope, where)) == where


@given(positions)
def test_a_cursor_needs_no_escaping_in_a_query_string(where):
    text = cursor("/payments", where)

    assert all(c.isalnum() or c in "-_=" for c in text)


def test_the_end_of_a_list_has_no_cursor_and_its_start_needs_none():
    assert cursor("/payments", None) is None
    assert position("/payments", None) is None


def encoded(text: str) -> str:
    return base64.urlsafe_b64encode(text.encode()).decode()


@pytest.mark.parametrize(
    "text",
    [
        cursor("/accounts", {"pk": "a"}),
        "",
        "!",
        "é",
        "abc",
        encoded("not json"),
        encoded("[]"),
        encoded("7"),
        encoded('{"pk":"a"}'),
        encoded('["/payments",["a"]]'),
        encoded('["/payments",{"pk":true}]'),
        encoded('["/payments",{"pk":1.5}]'),
        encoded('["/payments",{"pk":null}]'),
        encoded('["/payments",{"pk":{"S":"a"}}]'),
        base64.urlsafe_b64encode(b"\xff\xfe").decode(),
        encoded("[" * 2000),
    ],
)
def test_a_cursor_that_the_list_did_not_make_is_refused(text):
    with pytest.raises(InvalidCursor):
        position("/payments", text)


@pytest.mark.parametrize(
    "query", [{"limit": 0}, {"limit": 101}, {"cursor": "x" * 513}, {"page": 2}]
)
def test_a_list_has_bounds_and_knows_its_parameters(query):
    with pytest.raises(ValidationError):
        PageQuery(**query)


def test_a_list_gives_fifty_unless_told_otherwise():
    assert PageQuery().limit == 50


class Since(BaseModel):
    at: Annotated[int, BeforeValidator(moment)]


def test_a_moment_in_a_query_string_is_rfc_3339():
    assert Since(at="2026-11-24T09:30:00.125Z").at == 1_795_512_600_125


@pytest.mark.parametrize("text", ["yesterday", "1795512600125", "2026-11-24", ""])
def test_a_moment_in_any_other_form_is_refused(text):
    with pytest.raises(ValidationError, match="RFC 3339"):
        Since(at=text)


@pytest.mark.parametrize("limit", ["1_0", "+5", "10.0", "٣", " 5", "", "1e1"])
def test_a_limit_is_plain_digits_and_nothing_that_merely_means_a_number(limit: str):
    with pytest.raises(ValidationError):
        PageQuery.model_validate_strings({"limit": limit})
