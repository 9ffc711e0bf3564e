"""Certificates from the command line: what verifies, what does not, and what is said of it."""

import json
from pathlib import Path

import pytest
from cryptography.hazmat.primitives.asymmetric import ec, rsa
from cryptography.hazmat.primitives.serialization import (
    Encoding,
    PublicFormat,
    load_der_public_key,
)

from local.__main__ import main
from remit.vault.certificate import (
    CertificateForged,
    certificate_item,
    certificate_view,
    certified,
    stored_certificate,
    verified,
)
from remit.vault.model import Certificate
from tests.fakes import FakeSigner

WANTED = Certificate.of_erasure(
    "acme",
    "cus_1",
    at=1_795_512_600_000,
    requested_by="ada",
    approved_by="bob",
    reason="asked for",
    keep_until=None,
)


@pytest.fixture
def signer() -> FakeSigner:
    return FakeSigner()


@pytest.fixture
def files(tmp_path: Path, signer) -> tuple[Path, Path]:
    """A certificate as the API answers it, and the public key."""
    certificate, key = tmp_path / "certificate.json", tmp_path / "key.der"
    certificate.write_text(json.dumps(certificate_view(certified(signer, WANTED))))
    key.write_bytes(signer.public_key)
    return certificate, key


def test_a_certificate_verifies_from_the_command_line(files, capsys):
    assert main(["certificate", "verify", *map(str, files)]) == 0
    assert json.loads(capsys.readouterr().out)["subject"] == "cus_1"


def test_the_jws_alone_will_do_and_so_will_a_key_in_pem(files, signer, capsys):
    certificate, key = files
    certificate.write_text(json.loads(certificate.read_text())["jws"] + "\n")
    pem = load_der_public_key(signer.public_key).public_bytes(
        Encoding.PEM, PublicFormat.SubjectPublicKeyInfo
    )
    key.write_bytes(pem)

    assert main(["certificate", "verify", *map(str, files)]) == 0


@pytest.mark.parametrize("content", ["", "{}", "{", "no certificate", "a.b.c", "\x80"])
def test_what_is_no_certificate_is_not_verified(files, content, capsys):
    files[0].write_text(content, encoding="latin-1")

    assert main(["certificate", "verify", *map(str, files)]) == 1
    assert "not verified" in capsys.readouterr().err


def test_what_is_not_there_or_misspelt_is_said(files, capsys):
    assert main(["certificate", "verify", str(files[0]), "gone.der"]) == 1
    assert main(["certificate", "check"]) == 2
    assert "usage" in capsys.readouterr().err


def test_another_key_does_not_verify_it(signer):
    jws = certified(signer, WANTED).jws
    other = ec.derive_private_key(8, ec.SECP256R1()).public_key()
    rsa_key = rsa.generate_private_key(public_exponent=65537, key_size=2048).public_key()
    for key, told in ((other, "does not verify"), (rsa_key, "not one for ES256")):
        der = key.public_bytes(Encoding.DER, PublicFormat.SubjectPublicKeyInfo)
        with pytest.raises(CertificateForged, match=told):
            verified(jws, der)


@pytest.mark.parametrize(("name", "content"), [("alg", "none"), ("alg", "HS256"), ("typ", "JWT")])
def test_a_header_of_another_kind_is_not_taken_though_it_is_signed(
    signer, monkeypatch, name, content
):
    from remit.vault import certificate

    segment = certificate._segment
    monkeypatch.setattr(
        certificate,
        "_segment",
        lambda given: segment(given | {name: content} if "alg" in given else given),
    )
    with pytest.raises(CertificateForged, match="not a deletion certificate"):
        verified(certified(signer, WANTED).jws, signer.public_key)


@pytest.mark.parametrize("keep_until", [None, 1_900_000_000_000])
def test_a_stored_certificate_reads_back_the_same(signer, keep_until):
    made = certified(
        signer,
        Certificate.of_erasure(
            "acme", "cus_1", at=1, requested_by="a", approved_by="b", reason="c",
            keep_until=keep_until,
        ),
    )  # fmt: skip

    assert stored_certificate(certificate_item(made)) == made


def test_certificates_of_different_keys_have_different_ids(signer):
    ids = {certified(signer, each).id for each in (WANTED, WANTED.released(at=2))}
    assert len(ids) == 2
    assert all(identifier.startswith("del_") for identifier in ids)
