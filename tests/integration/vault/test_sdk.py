"""What is the real cipher's alone: tampering, KMS calls, races for a branch key, trouble."""

import random
from collections import Counter

import pytest
from botocore.exceptions import ClientError

from remit.kernel.errors import Unavailable
from remit.vault.model import SealBroken, context
from remit.vault.rekey import KeyNotAnArn, bound_context, rekey
from remit.vault.rotate import rotate
from tests.integration.cloud import let_in, lose_reply, lose_request
from tests.integration.vault.place import made, token

TAMPERINGS = 10_000
SEALS = 1_000


def tampered(chance: random.Random, sealed: bytes, other: bytes) -> bytes:
    """`sealed` with a bit, some bytes, its end, its start or a piece changed."""
    at, end = chance.randrange(len(sealed)), chance.randrange(len(sealed))
    first, last = min(at, end), max(at, end)
    return chance.choice(
        [
            lambda: sealed[:at] + bytes([sealed[at] ^ 1 << chance.randrange(8)]) + sealed[at + 1 :],
            lambda: sealed[:first] + chance.randbytes(last - first) + sealed[last:],
            lambda: sealed[:at],
            lambda: sealed[at:],
            lambda: sealed[:first] + sealed[last:],
            lambda: sealed + chance.randbytes(1 + at % 7),
            lambda: sealed[:at] + other[at:],
            lambda: sealed[:first] + other[first:last] + sealed[last:],
        ]
    )()


def test_of_ten_thousand_tamperings_and_swaps_none_opens(real):
    vault, chance = real.process(), random.Random(7)
    places = [
        (tenant, subject, field, kept)
        for tenant in ("acme", "other")
        for subject in ("cus_1", "cus_2")
        for field in ("name", "address")
        for kept in (False, True)
    ]
    subjects = {
        (tenant, name): made(vault, name, tenant)
        for tenant, name in sorted({each[:2] for each in places})
    }
    sealed = {
        each: subjects[each[:2]].seal(each[2], b"one content for all", kept=each[3])
        for each in places
    }

    def opens(where, content: bytes) -> bool:
        try:
            subjects[where[:2]].open(where[2], content, kept=where[3])
        except SealBroken:
            return False
        return True

    assert all(opens(each, sealed[each]) for each in places)
    tried: Counter[str] = Counter()
    while tried.total() < TAMPERINGS:
        here, there = chance.sample(places, 2)
        if chance.random() < 0.1:
            tried["swapped"] += 1
            assert not opens(here, sealed[there]), (here, there)
            continue
        changed = tampered(chance, sealed[here], sealed[there])
        if changed != sealed[here]:
            tried["changed"] += 1
            assert not opens(here, changed), changed.hex()
    assert min(tried.values()) > 500


def test_wrapped_keys_that_were_changed_or_moved_do_not_unwrap(real):
    vault, chance = real.process(), random.Random(7)
    cipher = vault.keys.cipher
    bound = {name: context(name, "cus_1", "subject_key") for name in ("acme", "other")}
    wrapped = {name: cipher.wrap(name, each, b"k" * 32) for name, each in bound.items()}

    assert cipher.unwrap("acme", bound["acme"], wrapped["acme"]) == b"k" * 32
    for tenant, given in (("acme", bound["other"]), ("other", bound["other"])):
        with pytest.raises(SealBroken):
            cipher.unwrap(tenant, given, wrapped["acme"])
    for _ in range(200):
        changed = tampered(chance, wrapped["acme"], wrapped["other"])
        if changed != wrapped["acme"]:
            with pytest.raises(SealBroken):
                cipher.unwrap("acme", bound["acme"], changed)


def test_a_thousand_seals_in_different_contexts_take_one_call_of_kms(real):
    names = [f"cus_{number}" for number in range(20)]
    before = real.process()
    for name in names:
        made(before, name)
    vault = real.process()
    real.kms.watch()
    for number in range(SEALS):
        subject = vault.subject("acme", names[number % len(names)])
        subject.seal(f"field{number // len(names)}", b"x")
    assert real.kms.calls == ["decrypt"]

    # New subjects are wrapped under the newest version, which is another call, and the last.
    for number in range(20):
        made(vault, f"cus_new{number}").seal("name", b"x")
    assert real.kms.calls == ["decrypt", "decrypt"]


def test_of_two_who_make_a_tenants_first_key_one_does_and_both_use_it(real):
    vault, rival = real.process(), real.process()
    sealed = []

    def be_first() -> None:
        sealed.append(made(rival, "cus_rival").seal("name", b"rival"))

    real.dynamodb.watch({1: let_in(be_first)})
    subject = made(vault)
    assert real.dynamodb.calls[:2] == ["get_item", "transact_write_items"]

    active = [item for item in real.items("KeyStore") if item["type"] == "branch:ACTIVE"]
    assert len(active) == 1
    assert len(real.items("KeyStore")) == 3
    reader = real.process()
    assert reader.subject("acme", "cus_rival").open("name", sealed[0]) == b"rival"
    assert reader.subject("acme", "cus_1").open("name", subject.seal("name", b"x")) == b"x"


def test_a_branch_key_made_though_its_reply_was_lost_is_used(real):
    real.dynamodb.watch({1: lose_reply})
    sealed = made(real.process()).seal("name", b"x")

    assert real.process().subject("acme", "cus_1").open("name", sealed) == b"x"
    assert len(real.items("KeyStore")) == 3


@pytest.mark.parametrize("service", ["dynamodb", "kms"])
def test_a_silent_service_is_trouble_that_passes_and_no_broken_seal(real, service):
    made(real.process())
    for ask in (lambda vault: vault.subject("acme", "cus_1"), lambda vault: made(vault, "cus_2"),
                lambda vault: rotate(vault.keys, "acme", "branch", by="ops")):  # fmt: skip
        vault = real.process()
        getattr(real, service).watch(every=dict.fromkeys(ALL_CALLS, lose_request))
        with pytest.raises(Unavailable):
            ask(vault)
        getattr(real, service).watch()
        assert ask(vault)


ALL_CALLS = (
    "get_item", "transact_write_items", "decrypt", "generate_data_key_without_plaintext",
    "re_encrypt",
)  # fmt: skip


@pytest.mark.parametrize(
    ("code", "status", "expected"),
    [("ThrottlingException", 400, Unavailable), ("InternalError", 500, Unavailable),
     ("AccessDeniedException", 400, ClientError), ("DisabledException", 400, ClientError)],
)  # fmt: skip
def test_what_kms_refuses_is_told_apart_from_what_passes(real, code, status, expected):
    made(real.process())
    vault = real.process()
    answer = {"Error": {"Code": code}, "ResponseMetadata": {"HTTPStatusCode": status}}

    def refuse(_):
        raise ClientError(answer, "Decrypt")

    real.kms.watch(every={"decrypt": refuse})
    with pytest.raises(expected):
        vault.subject("acme", "cus_1")
    with pytest.raises(expected):
        real.process().keys.cipher.wrap("acme", context("acme", "x", "key"), b"k" * 32)


def test_what_is_signed_is_refused_while_kms_is_silent(real):
    real.kms.watch(every={"sign": lose_request})

    with pytest.raises(Unavailable):
        real.process().signer.sign(b"x")


# Moving to another KMS key.


def test_the_key_store_moves_to_another_kms_key_while_it_is_used(real):
    running = real.process()
    sealed = {name: made(running, tenant=name).seal("name", b"x") for name in ("acme", "other")}
    rotate(running.keys, "acme", "branch", by="ops")
    new = real.services["kms"].create_key()["KeyMetadata"]["Arn"]
    client, kms = real.services["dynamodb"], real.services["kms"]

    def moved(most: int):
        return rekey(client, kms, table="KeyStore", to=new, most=most)

    first = moved(2)
    assert (first.moved, first.is_done) == (2, False)
    for vault in (running, real.process()):  # half of it moved
        for name, content in sealed.items():
            assert vault.subject(name, "cus_1").open("name", content) == b"x"
    second = moved(100)
    assert (second.moved, second.is_done) == (5, True)
    assert (moved(100).moved, moved(100).is_done) == (0, True)
    assert {item["kms-arn"] for item in real.items("KeyStore")} == {new}

    old = real.services["key"].rpartition("/")[2]  # moto knows it by this name alone
    kms.disable_key(KeyId=old)
    try:
        for name, content in sealed.items():
            assert real.process().subject(name, "cus_1").open("name", content) == b"x"
    finally:
        kms.enable_key(KeyId=old)


def test_a_branch_key_replaced_while_it_was_moved_is_left_as_it_is(real):
    vault = real.process()
    sealed = made(vault).seal("name", b"x")
    new = real.services["kms"].create_key()["KeyMetadata"]["Arn"]
    rotated = []

    def rotate_too() -> None:
        rotated.append(rotate(vault.keys, "acme", "branch", by="ops"))

    real.kms.watch({1: let_in(rotate_too)})
    rekey(real.services["dynamodb"], real.kms, table="KeyStore", to=new, most=100)
    rekey(real.services["dynamodb"], real.services["kms"], table="KeyStore", to=new, most=100)
    assert real.process().subject("acme", "cus_1").open("name", sealed) == b"x"
    assert vault.keys.cipher.version("acme") == rotated[0].version


def test_a_kms_key_is_named_by_its_arn(real):
    with pytest.raises(KeyNotAnArn):
        rekey(real.dynamodb, real.kms, table="KeyStore", to="alias/key", most=1)


def test_what_a_branch_key_is_bound_to_is_all_that_its_record_says(real):
    made(real.process())
    (record,) = (
        item
        for item in real.services["dynamodb"].scan(TableName="KeyStore")["Items"]
        if item["type"] == {"S": "branch:ACTIVE"}
    )

    assert bound_context(record).keys() == (record.keys() - {"enc"}) | {"tablename"}
    assert bound_context(record)["aws-crypto-ec:tenant"] == "acme"


def test_large_documents_are_sealed_too(real):
    document = random.Random(1).randbytes(300_000)
    subject = made(real.process())

    sealed = subject.seal("document:1", document, kept=True)
    assert subject.open("document:1", sealed, kept=True) == document
    assert len(sealed) < len(document) * 1.02


def test_a_real_token_needs_no_kms_once_the_branch_key_is_known(real):
    vault = real.process()
    subject = made(vault)
    token(vault, subject, "12345678", "account_number")
    real.kms.watch()
    for number in range(10):
        token(vault, subject, f"1234567{number}", "account_number")

    assert real.kms.calls == []
