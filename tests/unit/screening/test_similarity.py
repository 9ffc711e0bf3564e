"""How alike two words are, by the published figures and by properties."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from remit.screening.policy import POLICY
from remit.screening.similarity import jaro, likeness, pairs, reasons, similarity

WORDS = st.text(alphabet="abcdeilmnorstuz", min_size=1, max_size=14)


@pytest.mark.parametrize(
    ("one", "other", "expected"),
    [  # Winkler's own examples (The State of Record Linkage, 1999)
        ("martha", "marhta", 0.9444),
        ("dixon", "dicksonx", 0.7667),
        ("jellyfish", "smellyfish", 0.8963),
        ("abc", "xyz", 0.0),
        ("sam", "sma", 0.8889),
    ],
)
def test_jaro_gives_the_published_figures(one, other, expected):
    assert round(jaro(one, other), 4) == expected


def test_a_common_beginning_raises_and_a_different_first_letter_lowers():
    assert similarity("martha", "marhta", POLICY) == pytest.approx(0.9611, abs=1e-4)
    assert similarity("mahmud", "jahmud", POLICY) == pytest.approx(jaro("mahmud", "jahmud") * 0.9)


def test_a_much_longer_word_is_less_alike():
    longer = similarity("anna", "annabella", POLICY)

    assert longer < similarity("anna", "annab", POLICY)
    assert "length" in reasons("anna", "annabella", POLICY)


@settings(max_examples=300, deadline=None)
@given(WORDS, WORDS)
def test_likeness_is_the_same_both_ways_and_between_0_and_1(one, other):
    assert likeness(one, other, POLICY) == likeness(other, one, POLICY)
    assert jaro(one, other) == jaro(other, one)
    assert 0.0 <= likeness(one, other, POLICY) <= similarity(one, other, POLICY) <= 1.0


@settings(max_examples=300, deadline=None)
@given(WORDS, WORDS)
def test_only_equal_words_are_wholly_alike(one, other):
    assert (similarity(one, other, POLICY) == 1.0) == (one == other)
    assert (reasons(one, other, POLICY) == ("exact",)) == (one == other)


@settings(max_examples=300, deadline=None)
@given(st.permutations("abcdeilmnorstuz"), st.integers(4, 14), st.data())
def test_a_letter_changed_or_two_swapped_never_hides_a_word_of_four(letters, length, data):
    word = "".join(letters[:length])
    at = data.draw(st.integers(0, len(word) - 1))
    changed = word[:at] + "x" + word[at + 1 :]
    assert likeness(word, changed, POLICY) > 0
    at = data.draw(st.integers(0, len(word) - 2))
    swapped = word[:at] + word[at + 1] + word[at] + word[at + 2 :]
    assert likeness(word, swapped, POLICY) > 0


def test_pairs_of_letters_count_the_ends():
    assert pairs("anna") == ("^a", "an", "nn", "na", "a$")
