"""Attribute values: what goes in comes out, and nothing else goes in."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from remit.store.item import binary, decode, decode_item, encode, encode_item, integer, text

plain = st.recursive(
    st.booleans() | st.integers() | st.text() | st.binary(),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(), inner, max_size=3),
    max_leaves=8,
)


@given(st.dictionaries(st.text(min_size=1), plain, max_size=4))
def test_an_item_stored_reads_back_the_same(item):
    assert decode_item(encode_item(item)) == item


@given(plain)
def test_a_value_keeps_its_type(content):
    assert type(decode(encode(content))) is type(content)


@pytest.mark.parametrize(
    ("content", "attribute"),
    [("x", {"S": "x"}), (True, {"BOOL": True}), (7, {"N": "7"}), ([1], {"L": [{"N": "1"}]}),
     ({"a": "b"}, {"M": {"a": {"S": "b"}}}), (b"x", {"B": b"x"})],
)  # fmt: skip
def test_each_type_has_its_own_attribute_kind(content, attribute):
    assert encode(content) == attribute


@pytest.mark.parametrize("content", [1.5, None, bytearray(b"x"), {1, 2}, [1.5]])
def test_what_we_do_not_store_is_refused(content):
    with pytest.raises(TypeError, match="cannot store"):
        encode(content)


def test_a_refused_value_is_named_by_its_type_and_not_shown():
    with pytest.raises(TypeError, match=r"^cannot store a float$"):
        encode(1.5)


@pytest.mark.parametrize("attribute", [{"NULL": True}, {"BS": [b"x"]}, {"SS": ["x"]}])
def test_what_we_never_stored_is_not_read(attribute):
    with pytest.raises(TypeError, match="cannot read"):
        decode(attribute)


def test_a_number_that_is_not_whole_is_not_read():
    with pytest.raises(ValueError, match=r"1\.5"):
        decode({"N": "1.5"})


def test_an_attribute_is_read_by_the_type_it_must_have():
    assert integer({"n": 7}, "n") == 7
    assert text({"s": "x"}, "s") == "x"
    assert binary({"b": b"x"}, "b") == b"x"


@pytest.mark.parametrize("content", ["7", True, [7]])
def test_what_is_no_whole_number_is_not_read_as_one(content):
    with pytest.raises(TypeError, match="n is not a whole number"):
        integer({"n": content}, "n")


@pytest.mark.parametrize("content", [7, True, ["x"]])
def test_what_is_no_string_is_not_read_as_one(content):
    with pytest.raises(TypeError, match="s is not a string"):
        text({"s": content}, "s")


@pytest.mark.parametrize("content", ["x", 7, [b"x"]])
def test_what_is_no_bytes_is_not_read_as_them(content):
    with pytest.raises(TypeError, match="b is not bytes"):
        binary({"b": content}, "b")


def test_a_streams_event_has_bytes_as_base64():
    assert decode({"B": "AAEC"}) == b"\x00\x01\x02"
