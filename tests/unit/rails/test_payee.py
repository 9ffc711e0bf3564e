"""Verification of payee: the published vectors, and what holds for any names."""

import re
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from remit.rails.payee import MAX_NAME, Holder, masked, verify

DOCUMENT = Path(__file__).resolve().parents[3] / "docs/concepts/payee-vectors.md"
OUTCOMES = ("MATCH", "CLOSE_MATCH", "NO_MATCH", "NO_DATA")


def vectors() -> list[tuple[str, Holder | None, str]]:
    """The rows of the published table."""
    found = []
    for line in DOCUMENT.read_text().splitlines():
        cells = [cell.strip() for cell in line.split("|")[1:-1]]
        if len(cells) == 5 and cells[3] in OUTCOMES:
            asked, held, kind, outcome, _ = cells
            found.append((asked, holder(held, kind), outcome))
    return found


def holder(held: str, kind: str) -> Holder | None:
    if held == "-":
        return None
    names, _, trading = held.partition("; trading as ")
    return Holder(
        names=tuple(names.split(" // ")),
        business=kind == "firm",
        trading_names=(trading,) if trading else (),
    )


VECTORS = vectors()


@pytest.mark.parametrize(("asked", "held", "outcome"), VECTORS)
def test_a_published_vector_holds_and_a_name_is_shown_only_for_a_close_match(asked, held, outcome):
    answer = verify(asked, held)

    assert answer.outcome == outcome, answer.because
    assert (answer.name is not None) == (outcome == "CLOSE_MATCH")


def test_at_least_sixty_vectors_of_every_answer_are_published():
    assert len(VECTORS) >= 60
    assert {outcome for _, _, outcome in VECTORS} == set(OUTCOMES)


def test_the_name_that_is_shown_is_the_one_that_nearly_matched():
    joint = Holder(names=("Jan Smit", "Eva Bosman"))
    firm = Holder(names=("Mokka Holding BV",), business=True, trading_names=("Corner Cafe",))

    assert verify("Eva Bosmann", joint).name == "Eva Bosman"
    assert verify("J Smit & Eva Bosman", joint).name == "Jan Smit & Eva Bosman"
    assert verify("Corner Kafe", firm).name == "Corner Cafe"


def test_a_name_longer_than_any_is_not_looked_at():
    assert verify("Jan " * MAX_NAME, Holder(names=("Jan Tomas",))).outcome == "NO_DATA"
    assert verify("Jan Tomas", Holder(names=("...",))).outcome == "NO_DATA"
    assert verify("Jan Tomas", Holder(names=())).outcome == "NO_DATA"


def test_a_masked_name_gives_away_neither_letters_nor_lengths():
    assert masked("CHAN Tai Man") == "C*** T*** M***"
    assert masked("Li X") == "L*** X***"


WORDS = st.text("abcdefghijklmnopqrstuvwxyz", min_size=2, max_size=10)
NAMES = st.lists(WORDS, min_size=2, max_size=4).map(" ".join)


@given(NAMES, st.booleans(), st.randoms())
def test_any_name_matches_itself_in_any_order_and_case(name, business, random):
    words = name.split()
    random.shuffle(words)
    shuffled = " ".join(words) if not business else name

    assert verify(shuffled.upper(), Holder(names=(name,), business=business)).outcome == "MATCH"


@given(NAMES, NAMES)
def test_who_asks_and_who_is_asked_for_may_change_places(one, other):
    here = verify(one, Holder(names=(other,))).outcome
    there = verify(other, Holder(names=(one,))).outcome

    assert here == there


@given(st.text(max_size=60), st.text(max_size=60), st.booleans())
def test_any_text_has_an_answer_and_no_name_leaks_without_a_close_match(asked, held, business):
    answer = verify(asked, Holder(names=(held,), business=business))

    assert (answer.name is None) == (answer.outcome != "CLOSE_MATCH")


@given(WORDS, WORDS.filter(lambda word: len(word) > 2))
def test_a_word_is_never_cut(first, family):
    cut = family[: len(family) // 2]
    answer = verify(f"{first} {cut}", Holder(names=(f"{first} {family}",)))

    assert answer.outcome != "MATCH"
    assert re.sub(r"\W", "", cut) != family
