"""Canonical JSON and fingerprints: one content, one spelling."""

import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from remit.kernel.canonical import canonical_json, fingerprint

content = st.recursive(
    st.none() | st.booleans() | st.integers() | st.text(),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(), inner, max_size=3),
    max_leaves=8,
)


@given(content)
def test_canonical_json_is_json_of_the_same_content(thing):
    assert json.loads(canonical_json(thing)) == thing


@given(st.dictionaries(st.text(), st.integers(), max_size=6))
def test_the_order_of_members_does_not_matter(members):
    backwards = dict(reversed(members.items()))

    assert canonical_json(members) == canonical_json(backwards)


def test_canonical_json_has_no_spaces_and_keeps_letters():
    assert canonical_json({"b": [1, 2], "a": "é"}) == '{"a":"é","b":[1,2]}'


@pytest.mark.parametrize("number", [float("nan"), float("inf"), -float("inf")])
def test_a_number_that_json_does_not_have_is_refused(number):
    with pytest.raises(ValueError, match="JSON"):
        canonical_json({"amount": number})


def test_different_types_are_different_contents():
    spellings = {canonical_json(thing) for thing in (1, 1.0, "1", True, [1])}

    assert len(spellings) == 5


def test_a_fingerprint_is_sha_256_in_hexadecimal():
    assert fingerprint() == "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855"


@pytest.mark.parametrize(
    ("one", "other"),
    [((b"ab", b"c"), (b"a", b"bc")), ((b"a",), (b"a", b"")), ((b"ab",), (b"a", b"b"))],
)
def test_parts_of_a_fingerprint_do_not_run_together(one, other):
    assert fingerprint(*one) != fingerprint(*other)


def test_canonical_json_has_bytes_only_where_it_is_told_how():
    assert canonical_json({"a": b"\x00\xff"}, default=bytes.hex) == '{"a":"00ff"}'
    with pytest.raises(TypeError):
        canonical_json({"a": b"x"})
    with pytest.raises(TypeError):
        canonical_json({"a": {1, 2}}, default=bytes.hex)
