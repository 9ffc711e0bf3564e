"""Names become tokens: for comparing only, without losing what tells two apart."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from remit.screening.names import MAX_TOKEN, MAX_TOKENS, UnscreenableName, tokens


@pytest.mark.parametrize(
    ("name", "expected"),
    [
        ("AL-ZAWAHIRI, Ayman", "al zawahiri ayman"),
        ("Jan Tomas", "jan tomas"),
        ("O'Brien", "obrien"),
        ("D\N{RIGHT SINGLE QUOTATION MARK}Arcy", "darcy"),
        ("Jos\N{LATIN SMALL LETTER E WITH ACUTE}", "jose"),
        ("Jose\N{COMBINING ACUTE ACCENT}", "jose"),
        ("\N{LATIN CAPITAL LETTER L WITH STROKE}ukasz", "lukasz"),
        ("STRASSE Stra\N{LATIN SMALL LETTER SHARP S}e", "strasse strasse"),
        ("Владимир Щербаков", "vladimir shcherbakov"),
        ("Γιώργος", "giorgos"),
        ("صدام حسين", "صدام حسين"),
        ("田中", "田中"),
        ("J.R. Smith", "j r smith"),
        ("  a\t\nb  ", "a b"),
        ("\N{FULLWIDTH LATIN CAPITAL LETTER A}nna", "anna"),
    ],
)
def test_a_persons_name_becomes_plain_tokens(name, expected):
    assert tokens(name, business=False) == tuple(expected.split())


@pytest.mark.parametrize(
    ("name", "expected"),
    [
        ("Acme Trading Co., Ltd.", "acme trading"),
        ("CIMEX, S.A.", "cimex"),
        ("Grupo Sol S.A. de C.V.", "grupo sol"),
        ("OOO Romashka", "romashka"),
        ("M\N{LATIN SMALL LETTER U WITH DIAERESIS}ller GmbH & Co. KG", "muller"),
        ("Limited", "limited"),
        ("Co. Ltd.", "co"),
        ("Jan Tomas", "jan tomas"),
        ("Tom AS", "tom"),
        ("Sagamore Limitedon", "sagamore limitedon"),
        ("The Company Store", "the company store"),
    ],
)
def test_legal_forms_are_left_out_as_whole_words_at_an_end_only(name, expected):
    assert tokens(name, business=True) == tuple(expected.split())


def test_a_person_keeps_words_that_are_legal_forms_of_others():
    assert tokens("Sa As Oy", business=False) == ("sa", "as", "oy")


@pytest.mark.parametrize("name", ["", " ", "---", "\N{COMBINING ACUTE ACCENT}", "!?", "\u200d"])
def test_a_name_without_a_letter_is_refused(name):
    with pytest.raises(UnscreenableName, match="no letter"):
        tokens(name, business=False)


def test_names_beyond_the_limits_are_refused_not_cut():
    with pytest.raises(UnscreenableName, match="characters"):
        tokens("a" * 501, business=False)
    with pytest.raises(UnscreenableName, match="characters"):
        tokens("a " * 100_000, business=False)
    with pytest.raises(UnscreenableName, match="words"):
        tokens("a " * (MAX_TOKENS + 1), business=False)


def test_a_long_word_is_compared_in_pieces():
    pieces = tokens("x" * (MAX_TOKEN + 1), business=False)

    assert pieces == ("x" * MAX_TOKEN, "x")


@settings(max_examples=300, deadline=None)
@given(st.text(max_size=80), st.booleans())
def test_whatever_is_a_name_gives_tokens_or_a_refusal(name, business):
    try:
        found = tokens(name, business=business)
    except UnscreenableName:
        return
    assert 1 <= len(found) <= MAX_TOKENS
    assert all(0 < len(token) <= MAX_TOKEN and token.strip() == token for token in found)


@settings(max_examples=200, deadline=None)
@given(st.text(alphabet="abcdefz -'", max_size=30))
def test_case_does_not_tell_names_apart(name):
    def of(text: str) -> tuple[str, ...] | None:
        try:
            return tokens(text, business=False)
        except UnscreenableName:
            return None

    assert of(name) == of(name.upper())
