"""What a vault promises, held by the fake and by the real one alike."""

import pytest

from remit.kernel.clock import HOUR, MINUTE
from remit.store.commit import Stale
from remit.store.item import encode_item
from remit.vault import reveal as reveals
from remit.vault.keys import CACHED_FOR, MOST_CACHED
from remit.vault.model import SealBroken, SubjectUnknown, TokenUnknown, ValueMalformed
from remit.vault.reveal import RevealsExhausted
from tests.integration.vault.place import IBAN, IBAN_FORM, START, made, token

# Sealing.


def test_what_is_sealed_opens_for_its_subject_and_field(vault):
    subject = made(vault)

    assert subject.open("name", subject.seal("name", b"Ada")) == b"Ada"
    assert subject.open("name", subject.seal("name", b"")) == b""
    assert subject.open_json("card", subject.seal_json("card", {"b": [1], "a": None})) == {
        "a": None,
        "b": [1],
    }


def test_sealed_bytes_differ_each_time_and_show_nothing(vault):
    subject = made(vault)
    sealed = [subject.seal("name", b"Ada Lovelace") for _ in range(2)]

    assert sealed[0] != sealed[1]
    assert not any(word in one for one in sealed for word in (b"Ada", b"name", b"acme", b"cus_1"))


def test_a_subject_can_seal_before_it_is_stored_and_opens_in_another_process(place, vault):
    subject, writes = vault.new_subject("acme", "cus_1", at=START, by="ada")
    sealed, kept = subject.seal("name", b"Ada"), subject.seal("file", b"x", kept=True)
    vault.commit(writes)
    again = place.process().subject("acme", "cus_1")

    assert again.open("name", sealed) == b"Ada"
    assert again.open("file", kept, kept=True) == b"x"
    assert (again.tenant, again.id) == ("acme", "cus_1")
    assert repr(again) == "Subject('acme', 'cus_1')"


def test_what_was_sealed_elsewhere_does_not_open(vault):
    ada, bob = made(vault, "cus_ada"), made(vault, "cus_bob")
    double = made(vault, "cus_ada", tenant="other")
    sealed = ada.seal("name", b"Ada")

    for opener, field, kept in (
        (ada, "address", False),
        (ada, "name", True),
        (bob, "name", False),
        (double, "name", False),
    ):
        with pytest.raises(SealBroken):
            opener.open(field, sealed, kept=kept)


@pytest.mark.parametrize("damage", [lambda b: b[:-1], lambda b: b"", lambda b: b + b"x",
                                    lambda b: b[:40] + bytes([b[40] ^ 1]) + b[41:]])  # fmt: skip
def test_what_was_changed_does_not_open(vault, damage):
    subject = made(vault)

    with pytest.raises(SealBroken):
        subject.open("name", damage(subject.seal("name", b"Ada")))


@pytest.mark.parametrize("field", ["", "Name", "na me", "x" * 65, "#"])
def test_a_field_has_a_plain_name(vault, field):
    with pytest.raises(ValueError, match="lower case"):
        made(vault).seal(field, b"x")


@pytest.mark.parametrize(
    ("tenant", "subject"), [("a#b", "x"), ("acme", "a b"), ("", "x"), ("a", "")]
)
def test_a_name_that_could_reach_into_others_is_refused(vault, tenant, subject):
    with pytest.raises(ValueError, match="visible ASCII"):
        vault.new_subject(tenant, subject, at=START, by="ada")
    with pytest.raises(ValueError, match="visible ASCII"):
        vault.subject(tenant, subject)


# Subjects.


def test_of_two_who_make_one_subject_the_second_is_told(place, vault):
    made(vault)

    with pytest.raises(Stale):
        made(place.process())


def test_a_subject_is_its_tenants_alone(vault):
    made(vault)

    for tenant, subject in (("other", "cus_1"), ("acme", "cus_2")):
        with pytest.raises(SubjectUnknown):
            vault.subject(tenant, subject)
        with pytest.raises(SubjectUnknown):
            vault.retained(tenant, subject)


def test_keys_moved_to_another_subjects_record_do_not_unwrap(place, vault):
    for name in ("cus_1", "cus_2"):
        made(vault, name)
        vault.subject("acme", name)
    mine, other = (
        next(item for item in place.items("SubjectKeys") if item["pk"].endswith(name))
        for name in ("cus_1", "cus_2")
    )
    moved = {**mine, "pk": other["pk"]}
    place.restore("SubjectKeys", [encode_item(moved)])

    # Neither where they are remembered, nor where they are not.
    for each in (vault, place.process()):
        with pytest.raises(SealBroken):
            each.subject("acme", "cus_2")


def test_keys_are_unwrapped_once_in_a_while_and_not_remembered_for_longer(place):
    made(place.process())
    vault = place.process()
    calls = []
    unwrap = vault.keys.cipher.unwrap
    vault.keys.cipher.unwrap = lambda *given: calls.append(given) or unwrap(*given)

    for _ in range(3):
        vault.subject("acme", "cus_1")
    assert len(calls) == 2  # the subject key and the retention key
    place.clock.now += CACHED_FOR
    vault.subject("acme", "cus_1")
    assert len(calls) == 4
    assert CACHED_FOR <= 5 * MINUTE


def test_keys_are_remembered_of_so_many_at_most(vault, monkeypatch):
    monkeypatch.setattr("remit.vault.keys.MOST_CACHED", 4)
    for number in range(5):
        made(vault, f"cus_{number}")

    assert len(vault.keys._unwrapped) == 4
    assert MOST_CACHED == 1_000


# Tokens.


def test_a_token_tells_its_kind_and_shows_a_masked_form(vault):
    subject = made(vault)
    found = token(vault, subject)

    assert found.id.startswith("tok_iban_")
    assert found.masked == "GB29••••••••••••••6819"
    assert vault.token("acme", found.id) == found
    assert token(vault, subject, "12345678", "account_number").id.startswith("tok_account_")
    assert token(vault, subject, "X12-34567", "document_number").masked == "•••••567"


def test_a_subject_has_one_token_for_a_value_however_it_is_written(place, vault):
    subject = made(vault)
    first = token(vault, subject)
    again, writes = place.process().tokenise(subject, "iban", IBAN.lower(), at=START + 1, by="bob")

    assert (again, writes) == (first, [])


def test_of_two_who_tokenise_one_value_the_second_is_told(place, vault):
    subject = made(vault)
    one, other = (vault.tokenise(subject, "iban", IBAN, at=START, by=by) for by in ("ada", "bob"))
    vault.commit(one[1])

    with pytest.raises(Stale):
        vault.commit(other[1])
    assert token(vault, subject) == one[0]


def test_equal_values_are_found_within_the_tenant(place, vault):
    mine = [token(vault, made(vault, name)) for name in ("cus_1", "cus_2")]
    token(vault, made(vault, "cus_3"), "DE89370400440532013000")
    token(vault, made(vault, "cus_1", tenant="other"))

    reader = place.process()
    assert reader.find("acme", "iban", IBAN) == tuple(sorted(each.id for each in mine))
    assert len(reader.find("other", "iban", IBAN)) == 1
    assert reader.find("acme", "account_number", IBAN_FORM) == ()
    assert reader.find("nobody", "iban", IBAN) == ()


def test_the_index_of_one_tenant_tells_nothing_of_anothers(place, vault):
    for tenant in ("acme", "other"):
        token(vault, made(vault, tenant=tenant))
    digests = {
        item["pk"].rpartition("#")[2] for item in place.items("Vault") if "#index#" in item["pk"]
    }

    assert len(digests) == 2


@pytest.mark.parametrize(
    ("kind", "plain"),
    [("iban", "GB2 not one"), ("iban", ""), ("iban", "29GBNWBK60161331926819"),
     ("account_number", "1" * 35), ("document_number", "№ 5")],
)  # fmt: skip
def test_a_value_without_the_form_of_its_kind_is_refused_and_not_quoted(vault, kind, plain):
    subject = made(vault)

    with pytest.raises(ValueMalformed) as raised:
        vault.tokenise(subject, kind, plain, at=START, by="ada")
    assert not plain or plain not in str(raised.value)


def test_a_token_is_its_tenants_alone(vault):
    found = token(vault, made(vault))

    for tenant, identifier in (("other", found.id), ("acme", "tok_iban_none")):
        with pytest.raises(TokenUnknown):
            vault.token(tenant, identifier)
        with pytest.raises(TokenUnknown):
            vault.reveal(tenant, identifier, by="ada", reason="r", at=START)


# Revealing.


def test_a_reveal_gives_the_value_and_is_recorded_with_who_when_and_why(place, vault):
    found = token(vault, made(vault))

    assert vault.reveal("acme", found.id, by="bob", reason="to call", at=START) == IBAN_FORM
    assert vault.reveal("acme", found.id, by="bob", reason="again", at=START + 1) == IBAN_FORM
    told = [item for item in place.items("Vault") if "reveal" in item]
    by_person = sorted((item["sk"], item["why"]) for item in told if "#reveals#bob" in item["pk"])
    by_token = [item for item in told if item["pk"] == f"acme#token#{found.id}"]
    assert by_person == [("000000000001", "to call"), ("000000000002", "again")]
    assert sorted((item["by"], item["at"]) for item in by_token) == [
        ("bob", START),
        ("bob", START + 1),
    ]


def test_nothing_is_revealed_that_could_not_be_recorded(place, vault):
    from tests.integration.cloud import lose_request

    found = token(vault, made(vault))
    place.dynamodb.watch(every={"transact_write_items": lose_request})

    with pytest.raises(Exception, match="did not answer"):
        vault.reveal("acme", found.id, by="bob", reason="r", at=START)


def test_a_person_reveals_so_many_in_an_hour_and_no_more(vault, monkeypatch):
    monkeypatch.setattr(reveals, "MOST_REVEALS", 3)
    found = token(vault, made(vault))

    def reveal(by: str, at: int) -> str:
        return vault.reveal("acme", found.id, by=by, reason="r", at=at)

    for number in range(3):
        assert reveal("bob", START + number)
    with pytest.raises(RevealsExhausted):
        reveal("bob", START + HOUR - 1)
    assert reveal("eve", START)  # each person for themselves
    assert reveal("bob", START + HOUR)
    with pytest.raises(RevealsExhausted):
        reveal("bob", START + HOUR)


def test_two_reveals_at_once_are_both_recorded(place, vault):
    from tests.integration.cloud import let_in

    found = token(vault, made(vault))
    rival = place.process()

    def reveal_too() -> None:
        rival.reveal("acme", found.id, by="bob", reason="rival", at=START)

    vault.subject("acme", "cus_1")
    place.dynamodb.watch(every={})
    number = len(_calls_of_a_reveal(place, vault, found.id)) - 1
    place.dynamodb.watch({number: let_in(reveal_too)})
    assert vault.reveal("acme", found.id, by="bob", reason="mine", at=START) == IBAN_FORM
    chain = [item["sk"] for item in place.items("Vault") if item["pk"] == "acme#reveals#bob"]
    assert sorted(chain) == ["000000000001", "000000000002", "000000000003"]


def _calls_of_a_reveal(place, vault, identifier) -> list[str]:
    place.dynamodb.watch()
    vault.reveal("acme", identifier, by="bob", reason="first", at=START)
    return place.dynamodb.calls
