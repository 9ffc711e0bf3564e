"""Ids of messages, the characters that schemes take, and what has come before."""

import string
import unicodedata
import uuid

import pytest
from hypothesis import given
from hypothesis import strategies as st

from remit.rails.iso20022 import references
from remit.rails.iso20022.characters import SEPA, Change, transliterate
from remit.rails.iso20022.duplicates import content_fingerprint, judge, marks
from tests.unit.rails.examples import BUILT

CAUSE = st.lists(st.text(max_size=9), min_size=1, max_size=3)


@given(CAUSE)
def test_a_uetr_is_a_uuid_of_version_4_and_the_same_for_the_same_cause(cause):
    found = references.uetr(*cause)

    assert found == references.uetr(*cause) == str(uuid.UUID(found))
    assert references.is_uetr(found)
    assert uuid.UUID(found).version == 4
    assert uuid.UUID(found).variant == uuid.RFC_4122


def test_other_causes_give_other_ids_and_all_their_variants_come_up():
    found = [references.uetr("pay", str(n)) for n in range(1_000)]

    assert len(set(found)) == 1_000
    assert {each[19] for each in found} == set("89ab")
    assert references.uetr("ab", "c") != references.uetr("a", "bc")
    assert not references.is_uetr(found[0].upper())
    assert not references.is_uetr(str(uuid.uuid1()))


@given(CAUSE)
def test_a_reference_is_one_that_every_scheme_takes(cause):
    assert references.fault(references.reference("msg", *cause)) is None


def test_a_kind_that_makes_a_reference_too_long_is_refused():
    with pytest.raises(ValueError, match="message-and-more: the id has more than 35"):
        references.reference("message-and-more", "x")


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("", "empty"),
        ("x" * 36, "more than 35"),
        ("a_b", "others than"),
        ("é", "others than"),
        ("/a", "slash"),
        ("a/", "slash"),
        ("a//b", "two together"),
    ],
)
def test_a_bad_id_is_told_why(text, words):
    assert words in references.fault(text)


@pytest.mark.parametrize("text", ["a/b", "x" * 35, "A1-?:().,'+ z"])
def test_a_good_id_has_no_fault(text):
    assert references.fault(text) is None


@pytest.mark.parametrize(
    ("before", "after"),
    [
        ("Jan Tomas", "Jan Tomas"),
        ("José Müller", "Jose Muller"),
        ("Jose\u0301", "Jose"),
        ("Straße", "Strasse"),
        ("Ærø & Łódź", "AEro + Lodz"),
        ("a_b@c", "a-b(at)c"),
        ("Αθήνα", "ATHina"),
        ("София", "Sofiya"),
        ("10 €", "10 EUR"),
        ("陳大文", "..."),
        ("a\u200bb", "a.b"),
        ("½", "."),
        ("\u0301a", "a"),
    ],
)
def test_a_text_is_written_in_the_schemes_letters(before, after):
    assert transliterate(before).text.lower() == after.lower()


def test_every_change_is_recorded_with_its_place():
    found = transliterate("Zoë & 陳")

    assert found.text == "Zoe + ."
    assert found.changes == (
        Change(position=2, before="ë", after="e"),
        Change(position=4, before="&", after="+"),
        Change(position=6, before="陳", after="."),
    )
    assert found.lost
    assert not transliterate("Zoë!").lost
    assert transliterate("陳 Zoë", allowed=None).text == "陳 Zoë"
    assert transliterate("陳 Zoë", allowed=None).changes == ()


@given(st.text())
def test_any_text_ends_in_the_set_and_replaying_the_changes_gives_it(text):
    found = transliterate(text)
    composed = list(unicodedata.normalize("NFC", text))
    for change in found.changes:
        assert composed[change.position] == change.before
        composed[change.position] = change.after

    assert set(found.text) <= SEPA
    assert "".join(composed) == found.text
    assert transliterate(found.text).changes == ()


@given(st.text(string.ascii_letters + string.digits + "/-?:().,'+ "))
def test_a_text_in_the_set_is_left_alone(text):
    assert transliterate(text).text == text
    assert transliterate(text).changes == ()


def test_the_same_message_has_one_fingerprint_however_it_is_written():
    plain = BUILT["pacs.008.001.08"].decode()
    body = plain.partition("?>")[2].strip()
    spaced = body.replace("><", ">\n  <")
    same = [plain.encode(), body.encode(), spaced.encode(), body.encode("utf-16")]
    same.append(body.replace("<GrpHdr>", "<!-- twice --><GrpHdr>").encode())
    prefixed = body.replace("Jan Tomas", "Jan Thomas").encode()
    same[3] = b"\xff\xfe" + body.encode("utf-16-le")

    assert len({content_fingerprint(each) for each in same}) == 1
    assert content_fingerprint(prefixed) != content_fingerprint(same[0])


def test_a_repeated_message_is_known_by_any_of_its_ids_and_a_conflict_told():
    def made(content: str = "c1", **change: object):
        facts = {"sender": "INGBNL2A", "message": "pacs.008.001.08", "message_id": "M-1"}
        return marks(content, **{**facts, "payments": (("T-1", "u-1"),), **change})

    first = made()
    seen = {mark.key: mark.content for mark in first}

    assert len(first) == len(seen) == 3
    assert judge(first, {}) == "new"
    assert judge(made(), seen) == "repeated"
    assert judge(made("c2"), seen) == "conflict"
    assert judge(made("c2", message_id="M-2"), seen) == "conflict"
    assert judge(made("c2", message_id="M-2", payments=(("T-1", None),)), seen) == "conflict"
    assert judge(made("c2", message_id="M-2", payments=((None, "u-1"),)), seen) == "conflict"
    assert judge(made("c2", message_id="M-2", payments=(("T-2", "u-2"),)), seen) == "new"
    assert judge(made("c2", message="pacs.004.001.09"), seen) == "new"
    other = made("c2", sender="ABNANL2A")
    assert judge(other[:2], seen) == "new"
    assert judge(other, seen) == "conflict"  # a UETR is one for all the world
    assert judge((*made(), *made("c2", message_id="M-2")), seen) == "conflict"
