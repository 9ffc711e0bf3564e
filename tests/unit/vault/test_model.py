"""Masks, plain forms, contexts and token ids, by tables and properties."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from remit.vault.model import (
    Certificate,
    ValueMalformed,
    context,
    is_word,
    masked,
    plain_form,
    token_id,
)

KINDS = ("iban", "account_number", "document_number")
alphanumeric = st.text("ABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789", min_size=1, max_size=34)


@pytest.mark.parametrize(
    ("kind", "plain", "shown"),
    [
        ("iban", "GB29NWBK60161331926819", "GB29••••••••••••••6819"),
        ("iban", "NO9386011117947", "NO93•••••••7947"),
        ("account_number", "12345678", "••••5678"),
        ("account_number", "1234567", "•••••••"),
        ("account_number", "1", "•"),
        ("document_number", "X1234567", "•••••567"),
        ("document_number", "123456", "••••••"),
    ],
)
def test_a_mask_shows_the_ends_and_less_of_what_is_short(kind, plain, shown):
    assert masked(kind, plain) == shown


@given(st.sampled_from(KINDS), alphanumeric)
def test_a_mask_is_as_long_as_the_value_and_hides_four_characters_at_least(kind, plain):
    shown = masked(kind, plain)

    assert len(shown) == len(plain)
    assert shown.count("•") >= min(4, len(plain))
    assert all(one in ("•", other) for one, other in zip(shown, plain, strict=True))


@pytest.mark.parametrize(
    ("kind", "plain", "form"),
    [
        ("iban", " gb29 nwbk 6016 1331 9268 19 ", "GB29NWBK60161331926819"),
        ("account_number", "12-34.56/78", "12345678"),
        ("document_number", "l898902c<", "L898902C"),
        ("document_number", "AB\u00a0123", "AB123"),
    ],
)
def test_equal_values_have_one_plain_form(kind, plain, form):
    assert plain_form(kind, plain) == form


@pytest.mark.parametrize(
    ("kind", "plain"),
    [
        ("iban", "GB29"),
        ("iban", "GB29NWBK6016133192681912345678901234"),
        ("iban", "2929NWBK60161331926819"),
        ("iban", "GBXXNWBK60161331926819"),
        ("iban", "GB29NWBK60161331926819\n"),
        ("account_number", ""),
        ("account_number", " - "),
        ("account_number", "1" * 35),
        ("document_number", "ÄB1"),
        ("document_number", "٣٤٥"),
        ("document_number", "ß"),
    ],
)
def test_what_has_not_its_kinds_form_is_refused(kind, plain):
    with pytest.raises(ValueMalformed):
        plain_form(kind, plain)


@given(st.sampled_from(KINDS), st.text(max_size=40))
def test_a_plain_form_is_its_own_plain_form(kind, plain):
    try:
        form = plain_form(kind, plain)
    except ValueMalformed:
        return
    assert plain_form(kind, form) == form


def test_a_token_id_names_its_kind_and_comes_from_chance_alone():
    ids = {token_id(kind, chance) for kind in KINDS for chance in ("a", "b")}

    assert len(ids) == 6
    prefixes = {identifier.rpartition("_")[0] for identifier in ids}
    assert prefixes == {"tok_iban", "tok_account", "tok_document"}


@pytest.mark.parametrize("word", ["", "a b", "a#b", "é", "x" * 129, "a\n", "\x7f"])
def test_what_could_part_a_key_is_no_word(word):
    assert not is_word(word)
    with pytest.raises(ValueError, match="visible ASCII"):
        context(word, "b", "c")
    with pytest.raises(ValueError, match="visible ASCII"):
        context("a", word, "c")


@pytest.mark.parametrize(
    "field", ["document", "address.street", "file:1", "token:tok_iban_0a", "a-b"]
)
def test_a_context_is_tenant_subject_and_field(field):
    assert context("acme", "cus_1", field) == {
        "tenant": "acme",
        "subject": "cus_1",
        "field": field,
    }


def erasure(keep_until: int | None) -> Certificate:
    return Certificate.of_erasure(
        "acme",
        "cus_1",
        at=10,
        requested_by="ada",
        approved_by="bob",
        reason="r",
        keep_until=keep_until,
    )


@pytest.mark.parametrize(
    ("keep_until", "destroyed", "kept"),
    [
        (None, ("subject_key", "retention_key"), None),
        (9, ("subject_key", "retention_key"), None),
        (10, ("subject_key", "retention_key"), None),
        (11, ("subject_key",), 11),
    ],
)
def test_both_keys_go_unless_one_is_kept_for_a_time_to_come(keep_until, destroyed, kept):
    found = erasure(keep_until)

    assert (found.destroyed, found.keep_until) == (destroyed, kept)


def test_the_release_of_a_retention_key_is_certified_for_the_same_reason():
    released = erasure(20).released(at=20)

    assert (released.destroyed, released.at, released.keep_until) == (("retention_key",), 20, None)
    assert released.reason == "r"
