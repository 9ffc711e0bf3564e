"""What KMS must do for the vault's key store and its certificates."""

import json
from typing import Any

import pytest
from botocore.exceptions import ClientError
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.serialization import load_der_public_key

from local.cloud import Cloud

HERE, THERE = {"place": "here", "type": "branch"}, {"place": "there", "type": "branch"}


@pytest.fixture(scope="module")
def kms(here: Cloud) -> Any:
    return here.client("kms")


@pytest.fixture(scope="module")
def key(kms) -> str:
    return kms.create_key()["KeyMetadata"]["Arn"]


@pytest.fixture(scope="module")
def other(kms) -> str:
    return kms.create_key()["KeyMetadata"]["Arn"]


def sealed(kms: Any, key: str) -> bytes:
    made = kms.generate_data_key_without_plaintext(
        KeyId=key, NumberOfBytes=32, EncryptionContext=HERE
    )
    assert "Plaintext" not in made
    return made["CiphertextBlob"]


def opened(kms: Any, key: str, blob: bytes, context: dict[str, str]) -> bytes:
    answer = kms.decrypt(KeyId=key, CiphertextBlob=blob, EncryptionContext=context)
    return answer["Plaintext"]


def refused(call: Any, **parameters: Any) -> str:
    with pytest.raises(ClientError) as raised:
        call(**parameters)
    return raised.value.response["Error"]["Code"]


def test_a_data_key_opens_in_its_context_alone(kms, key):
    blob = sealed(kms, key)

    assert len(opened(kms, key, blob, HERE)) == 32
    for context in (THERE, {}, {**HERE, "more": "x"}):
        told = refused(kms.decrypt, KeyId=key, CiphertextBlob=blob, EncryptionContext=context)
        assert told == "InvalidCiphertextException"


def test_what_is_encrypted_anew_keeps_its_content_and_changes_key_and_context(kms, key, other):
    blob = sealed(kms, key)
    moved = kms.re_encrypt(
        CiphertextBlob=blob,
        SourceKeyId=key,
        SourceEncryptionContext=HERE,
        DestinationKeyId=other,
        DestinationEncryptionContext=THERE,
    )

    assert (moved["SourceKeyId"], moved["KeyId"]) == (key, other)
    assert opened(kms, other, moved["CiphertextBlob"], THERE) == opened(kms, key, blob, HERE)
    told = refused(
        kms.decrypt, KeyId=other, CiphertextBlob=moved["CiphertextBlob"], EncryptionContext=HERE
    )
    assert told == "InvalidCiphertextException"


def test_encrypting_anew_needs_the_right_context_and_the_right_key(kms, key, other):
    move = {"CiphertextBlob": sealed(kms, key), "DestinationKeyId": key}

    assert refused(kms.re_encrypt, **move, SourceEncryptionContext=THERE) == (
        "InvalidCiphertextException"
    )
    assert refused(
        kms.re_encrypt, **move, SourceKeyId=other, SourceEncryptionContext=HERE
    ) == "IncorrectKeyException"  # fmt: skip
    assert refused(
        kms.re_encrypt,
        CiphertextBlob=move["CiphertextBlob"],
        SourceEncryptionContext=HERE,
        DestinationKeyId="00000000-0000-0000-0000-000000000000",
    ) == "NotFoundException"  # fmt: skip


def test_a_signature_verifies_here_with_the_public_key_alone(kms):
    made = kms.create_key(KeyUsage="SIGN_VERIFY", KeySpec="ECC_NIST_P256")["KeyMetadata"]["Arn"]
    content = json.dumps({"destroyed": "key"}).encode()
    answer = kms.sign(
        KeyId=made, Message=content, MessageType="RAW", SigningAlgorithm="ECDSA_SHA_256"
    )
    public = load_der_public_key(kms.get_public_key(KeyId=made)["PublicKey"])

    assert isinstance(public, ec.EllipticCurvePublicKey)
    public.verify(answer["Signature"], content, ec.ECDSA(SHA256()))
    assert kms.verify(
        KeyId=made,
        Message=content,
        MessageType="RAW",
        Signature=answer["Signature"],
        SigningAlgorithm="ECDSA_SHA_256",
    )["SignatureValid"]
