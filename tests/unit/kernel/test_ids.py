"""Ids: the same cause gives the same id, other causes other ids, in the form of a ULID."""

import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from remit.kernel.ids import derive, is_id, pattern, timed

causes = st.lists(st.text(st.characters(exclude_categories=["Cs"]), max_size=8), max_size=4)


def test_the_same_cause_gives_the_same_id():
    assert derive("pay", "tenant", "key") == derive("pay", "tenant", "key")


def test_an_id_is_pinned_since_stored_ids_must_be_found_again():
    assert derive("pay", "tenant", "key") == "pay_56EEW7KWC24GGRH8EZ1Y6QPX16"


@pytest.mark.parametrize(
    ("one", "other"),
    [
        (("pay", "ab", "c"), ("pay", "a", "bc")),
        (("pay", "ab"), ("pay", "a", "b")),
        (("pay", "a"), ("pay", "a", "")),
        (("pay", "a", "b"), ("pay", "b", "a")),
        (("pay", "a\x00\x00\x00\x01b"), ("pay", "a", "b")),
        (("pay", "key"), ("trf", "key")),
        (("pa", "y"), ("pay",)),
    ],
)
def test_causes_that_read_alike_do_not_run_together(one, other):
    assert derive(*one).split("_")[1] != derive(*other).split("_")[1]


@given(causes, causes)
def test_different_causes_give_different_ids(one, other):
    assert (derive("pay", *one) == derive("pay", *other)) == (one == other)


@given(causes)
def test_an_id_has_the_form_of_a_ulid(cause):
    made = derive("pay", *cause)

    assert is_id("pay", made)
    assert re.search(pattern("pay"), made)
    assert made[4] <= "7"
    assert len(made) == len("pay_") + 26


@pytest.mark.parametrize(
    "text",
    [
        "",
        "pay_",
        "trf_56EEW7KWC24GGRH8EZ1Y6QPX16",
        "pay_56EEW7KWC24GGRH8EZ1Y6QPX16\n",
        " pay_56EEW7KWC24GGRH8EZ1Y6QPX16",
        "pay_56EEW7KWC24GGRH8EZ1Y6QPX1",
        "pay_56EEW7KWC24GGRH8EZ1Y6QPX162",
        "pay_86EEW7KWC24GGRH8EZ1Y6QPX16",  # past 128 bits
        "pay_56eew7kwc24ggrh8ez1y6qpx16",
        "pay_5IEEW7KWC24GGRH8EZ1Y6QPX16",  # I, L, O and U are not in Crockford's alphabet
        "pay_5UEEW7KWC24GGRH8EZ1Y6QPX16",
        "pay_5٣EEW7KWC24GGRH8EZ1Y6QPX16",
    ],
)
def test_any_other_text_is_no_id(text):
    assert not is_id("pay", text)


moments = st.integers(min_value=0, max_value=2**48 - 1)


@given(moments, moments, causes, causes)
def test_timed_ids_sort_by_their_moment(one, other, cause, another):
    assert one >= other or timed("pay", one, *cause) < timed("pay", other, *another)


@given(moments, causes)
def test_a_timed_id_has_the_form_of_a_ulid_and_derives_from_its_cause(moment, cause):
    made = timed("pay", moment, *cause)

    assert is_id("pay", made)
    assert made == timed("pay", moment, *cause)
    assert made != timed("pay", moment, *cause, "more")
