"""Erasure: what opened before opens for nobody after, backups included, as a certificate says."""

import pytest

from remit.kernel.clock import DAY, HOUR
from remit.vault.certificate import CertificateForged, certificate_view
from remit.vault.erase import LATE_WRITES, certificate_of
from remit.vault.model import CertificateUnknown, SealBroken, SubjectErased, SubjectUnknown
from remit.vault.sweep import sweep
from tests.integration.cloud import kill_after, kill_before, let_in, lose_reply, lose_request
from tests.integration.vault.place import (
    IBAN,
    IBAN_FORM,
    START,
    erased,
    made,
    token,
    until_done,
)

KEPT = START + 10 * DAY
NEVER = START + 1_000 * DAY


def swept(place, vault, *, at: int):
    place.clock.now = at
    return sweep(vault.keys, vault.signer, until=NEVER)


def test_after_an_erasure_nothing_of_the_subject_opens(place, vault):
    subject = made(vault)
    found, sealed = token(vault, subject), subject.seal("name", b"Ada")
    erased(vault, keep_until=None)

    for each in (vault, place.process()):
        for ask in (
            lambda each=each: each.subject("acme", "cus_1"),
            lambda each=each: each.retained("acme", "cus_1"),
            lambda each=each: each.token("acme", found.id),
            lambda each=each: each.reveal("acme", found.id, by="bob", reason="r", at=START),
        ):
            with pytest.raises(SubjectErased):
                ask()
        assert each.find("acme", "iban", IBAN) == ()
    assert not any(
        item.get("token") == found.id and "reveal" in item for item in place.items("Vault")
    )
    with pytest.raises(SubjectErased):
        place.process().retained("acme", "cus_1").open("name", sealed)


def test_a_backup_of_every_other_table_does_not_open_after_an_erasure(place, vault):
    subject = made(vault)
    found, sealed = token(vault, subject), subject.seal("name", b"Ada")
    backup = place.world()
    erased(vault, keep_until=None)
    for table in ("Vault", "KeyStore", "Idempotency"):
        place.restore(table, backup[table])

    reader = place.process()
    for ask in (
        lambda: reader.token("acme", found.id),
        lambda: reader.subject("acme", "cus_1").open("name", sealed),
    ):
        with pytest.raises(SubjectErased):
            ask()
    # Nor with keys that are made anew under the same name.
    place.services["dynamodb"].delete_item(
        TableName="SubjectKeys", Key={"pk": {"S": "acme#subject#cus_1"}, "sk": {"S": "keys"}}
    )
    again = made(reader)
    with pytest.raises(SealBroken):
        again.open("name", sealed)
    with pytest.raises(SealBroken):
        reader.token("acme", found.id)


def test_what_the_law_keeps_opens_until_its_date_and_nothing_after(place, vault):
    subject = made(vault)
    sealed, kept = subject.seal("name", b"Ada"), subject.seal("capsule", b"why", kept=True)
    erased(vault, keep_until=KEPT)

    left = place.process().retained("acme", "cus_1")
    assert left.open("capsule", kept, kept=True) == b"why"
    for act in (lambda: left.open("name", sealed), lambda: left.seal("name", b"x")):
        with pytest.raises(SubjectErased):
            act()

    assert swept(place, vault, at=KEPT).released == 0  # its last moment
    assert place.process().retained("acme", "cus_1").open("capsule", kept, kept=True) == b"why"
    assert swept(place, vault, at=KEPT + 1).released == 1
    with pytest.raises(SubjectErased):
        place.process().retained("acme", "cus_1")
    assert swept(place, vault, at=KEPT + 2).released == 0


def test_no_wrapped_key_is_left_of_an_erased_subject(place, vault):
    made(vault), made(vault, "cus_2")
    erased(vault, keep_until=KEPT)
    (record,) = (item for item in place.items("SubjectKeys") if item["pk"].endswith("cus_1"))
    assert "subject_key" not in record
    assert "retention_key" in record
    assert (record["by"], record["why"], record["erased_at"]) == ("ada", "asked for", START)

    swept(place, vault, at=KEPT + 1)
    (record,) = (item for item in place.items("SubjectKeys") if item["pk"].endswith("cus_1"))
    assert not any(isinstance(content, bytes) for content in record.values())
    assert vault.subject("acme", "cus_2")


def test_the_index_forgets_an_erased_subject_and_no_other(place, vault):
    token(vault, made(vault))
    other = token(vault, made(vault, "cus_2"))
    erased(vault, keep_until=None)

    assert place.process().find("acme", "iban", IBAN) == (other.id,)
    left = [item["sk"] for item in place.items("Vault") if "#index#" in item["pk"]]
    assert left == ["cus_2"]
    assert vault.token("acme", other.id) == other


def test_a_token_written_while_its_subject_was_erased_is_cleared_later(place, vault):
    subject = made(vault)
    _, writes = vault.tokenise(subject, "iban", IBAN, at=START, by="ada")
    erased(vault, keep_until=None)
    vault.commit(writes)
    assert len(vault.find("acme", "iban", IBAN)) == 1

    assert swept(place, vault, at=START + LATE_WRITES).cleared == 0
    assert swept(place, vault, at=START + LATE_WRITES + 1).cleared == 1
    assert vault.find("acme", "iban", IBAN) == ()
    assert [item for item in place.items("Vault") if item["pk"] == "due"] == []


def test_an_erased_subject_is_not_made_again(place, vault):
    made(vault)
    erased(vault, keep_until=None)

    with pytest.raises(Exception, match="changed"):
        made(place.process())


# Certificates.


def test_the_certificate_says_what_was_destroyed_and_verifies_with_the_public_key(place, vault):
    made(vault)
    certificate = erased(vault, keep_until=KEPT)
    told = place.verified(certificate.jws)

    assert told == {
        "id": certificate.id,
        "tenant": "acme",
        "subject": "cus_1",
        "destroyed": ["subject_key"],
        "destroyed_at": "2026-11-24T09:30:00.000Z",
        "requested_by": "ada",
        "approved_by": "bob",
        "reason": "asked for",
        "retained_until": "2026-12-04T09:30:00.000Z",
    }
    assert certificate.kid == vault.signer.kid
    shared = {name: content for name, content in told.items() if name != "tenant"}
    signed = {"kid": certificate.kid, "jws": certificate.jws}
    assert certificate_view(certificate) == shared | signed


def test_a_certificate_changed_anywhere_does_not_verify(place, vault):
    made(vault)
    jws = erased(vault, keep_until=None).jws

    for number in range(0, len(jws), 3):
        other = "A" if jws[number] != "A" else "B"
        with pytest.raises(CertificateForged):
            place.verified(jws[:number] + other + jws[number + 1 :])
    for broken in ("", "a.b", jws + ".x", jws[:-1], "é" + jws):
        with pytest.raises(CertificateForged):
            place.verified(broken)


def test_erasing_twice_gives_the_first_certificate_whatever_is_asked(place, vault):
    made(vault)
    first = erased(vault, keep_until=KEPT)
    place.clock.now += HOUR
    again = place.process().erase(
        "acme",
        "cus_1",
        at=place.clock.now,
        requested_by="eve",
        approved_by="eve",
        reason="again",
        keep_until=None,
    )

    assert again == first


def test_a_date_that_has_passed_keeps_nothing(vault):
    made(vault)
    certificate = erased(vault, keep_until=START)

    assert certificate.destroyed == ("subject_key", "retention_key")
    assert certificate.keep_until is None


def test_the_end_of_the_retention_has_a_certificate_of_its_own(place, vault):
    made(vault)
    first = erased(vault, keep_until=KEPT)
    with pytest.raises(CertificateUnknown):
        certificate_of(vault.store, "acme", "cus_1", "retention_key")
    swept(place, vault, at=KEPT + 1)
    second = certificate_of(vault.store, "acme", "cus_1", "retention_key")

    told = place.verified(second.jws)
    assert told["destroyed"] == ["retention_key"]
    assert told["destroyed_at"] == "2026-12-04T09:30:00.000Z"
    assert second.id != first.id
    assert certificate_of(vault.store, "acme", "cus_1", "subject_key") == first


def test_a_subject_that_is_not_there_cannot_be_erased(vault):
    made(vault, tenant="other")

    with pytest.raises(SubjectUnknown):
        erased(vault, keep_until=None)


# Whatever goes wrong on the way.

FAULTS = [lose_request, lose_reply, kill_before, kill_after]


@pytest.mark.parametrize("fault", FAULTS)
@pytest.mark.parametrize("place", ["fake"], indirect=True)
def test_an_erasure_disturbed_at_any_call_is_finished_when_it_is_asked_for_again(place, fault):
    calls = _disturbed(place, None)
    assert calls > 4

    for call in range(calls):
        _disturbed(place, {call: fault})


def _disturbed(place, plan) -> int:
    place.reset()
    place.clock.now = START
    vault = place.process()
    subject = made(vault)
    for plain in (IBAN, "DE89370400440532013000"):
        token(vault, subject, plain)
    place.dynamodb.watch(plan)
    certificate = until_done(lambda: erased(vault, keep_until=KEPT))
    calls = len(place.dynamodb.calls)
    place.dynamodb.watch()

    assert erased(place.process(), keep_until=None) == certificate
    assert place.verified(certificate.jws)["destroyed"] == ["subject_key"]
    left = place.items("Vault")
    assert sorted(item["what"] for item in left if item["pk"] == "due") == ["clear", "release"]
    assert not any("sealed" in item or "#index#" in item["pk"] for item in left)
    assert sum(item["sk"].startswith("certificate#") for item in left) == 1
    return calls


@pytest.mark.parametrize("fault", FAULTS)
@pytest.mark.parametrize("place", ["fake"], indirect=True)
def test_a_sweep_disturbed_at_any_call_is_finished_by_the_next(place, fault):
    vault = place.process()
    for name in ("cus_1", "cus_2"):
        token(vault, made(vault, name))
        erased(vault, name, keep_until=KEPT)
    place.clock.now = KEPT + 1
    before = place.world()
    place.dynamodb.watch()
    sweep(vault.keys, vault.signer, until=NEVER)
    calls = len(place.dynamodb.calls)
    assert calls > 8

    for call in range(calls):
        place.reset(before)
        place.dynamodb.watch({call: fault})
        until_done(lambda: sweep(vault.keys, vault.signer, until=NEVER))
        until_done(lambda: sweep(vault.keys, vault.signer, until=NEVER))
        left = place.items("Vault")
        assert [item for item in left if item["pk"] == "due"] == []
        assert not any("retention_key" in item for item in place.items("SubjectKeys"))


def test_two_who_erase_at_once_get_one_certificate(place, vault):
    made(vault)
    rival, told = place.process(), []
    place.dynamodb.watch({1: let_in(lambda: told.append(erased(rival, keep_until=None)))})
    mine = erased(vault, keep_until=KEPT)

    assert told == [mine]
    assert vault.find("acme", "iban", IBAN_FORM) == ()


def test_an_erasure_holds_though_the_keys_are_wrapped_anew_meanwhile(place, vault):
    from remit.vault.reseal import reseal

    made(vault)
    rival = place.process()

    def rewrap() -> None:
        place.clock.now += HOUR
        assert reseal(rival.keys, "acme", by="ops", until=NEVER, most=100).rewrapped == 1

    place.dynamodb.watch({1: let_in(rewrap)})
    assert erased(vault, keep_until=None).destroyed == ("subject_key", "retention_key")
    with pytest.raises(SubjectErased):
        place.process().subject("acme", "cus_1")


def test_what_cannot_be_swept_is_named_and_holds_up_nothing_else(place, vault):
    for name in ("cus_1", "cus_2"):
        made(vault, name)
        erased(vault, name, keep_until=KEPT)
    place.services["dynamodb"].delete_item(
        TableName="SubjectKeys", Key={"pk": {"S": "acme#subject#cus_1"}, "sk": {"S": "keys"}}
    )
    found = swept(place, vault, at=KEPT + 1)

    assert found.left == ("acme cus_1 release subject_unknown",)
    assert (found.cleared, found.released) == (2, 1)


def test_a_sweep_takes_up_nothing_once_its_time_is_over(place, vault):
    made(vault)
    erased(vault, keep_until=KEPT)
    place.clock.now = KEPT + 1

    assert sweep(vault.keys, vault.signer, until=KEPT + 1).released == 0
    assert sweep(vault.keys, vault.signer, until=KEPT + 2).released == 1


def test_a_sweep_goes_on_over_many_pages(place, vault, monkeypatch):
    monkeypatch.setattr("remit.vault.erase._PAGE", 2)
    for number in range(5):
        made(vault, f"cus_{number}")
        erased(vault, f"cus_{number}", keep_until=None)

    assert swept(place, vault, at=START + HOUR + 1).cleared == 5
    monkeypatch.setattr("remit.vault.sweep.MOST", 1)
    assert swept(place, vault, at=START + HOUR + 2).cleared == 0
