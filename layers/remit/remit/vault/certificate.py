"""Deletion certificates: what was destroyed, signed as a compact JWS that verifies offline.

RFC 7515 with ES256 (RFC 7518 §3.4). The payload is the certificate itself; the header names the
key, whose public half is fetched once (`aws kms get-public-key`) and kept by whoever verifies.
"""

import base64
import binascii
import json
from collections.abc import Mapping
from dataclasses import asdict, replace
from typing import Any

from remit.kernel.canonical import canonical_json
from remit.kernel.clock import rfc3339
from remit.kernel.errors import RemitError
from remit.kernel.ids import derive
from remit.vault.model import Certificate
from remit.vault.ports import Signer

TYPE = "remit-deletion+jws"
_COORDINATE_BYTES = 32
_PARTS = 3


class CertificateForged(RemitError):
    """The signature does not belong to that content, key and kind of document."""

    title = "The certificate does not verify"


def certified(signer: Signer, wanted: Certificate) -> Certificate:
    """`wanted` with its id, and signed."""
    identifier = derive("del", wanted.tenant, wanted.subject, *wanted.destroyed)
    kept = wanted.keep_until
    content = {
        "id": identifier,
        "tenant": wanted.tenant,
        "subject": wanted.subject,
        "destroyed": list(wanted.destroyed),
        "destroyed_at": rfc3339(wanted.at),
        "requested_by": wanted.requested_by,
        "approved_by": wanted.approved_by,
        "reason": wanted.reason,
        "retained_until": None if kept is None else rfc3339(kept),
    }
    header = {"alg": "ES256", "typ": TYPE, "kid": signer.kid}
    signed = f"{_segment(header)}.{_segment(content)}"
    jws = f"{signed}.{_encoded(signer.sign(signed.encode()))}"
    return replace(wanted, id=identifier, kid=signer.kid, jws=jws)


def verified(jws: str, public_key: bytes) -> Mapping[str, Any]:
    """What the certificate says, if the key (PEM or DER) signed it; else `CertificateForged`."""
    from cryptography.exceptions import InvalidSignature
    from cryptography.hazmat.primitives.asymmetric import ec, utils
    from cryptography.hazmat.primitives.hashes import SHA256
    from cryptography.hazmat.primitives.serialization import (
        load_der_public_key,
        load_pem_public_key,
    )

    load = load_pem_public_key if public_key.startswith(b"-----") else load_der_public_key
    key = load(public_key)
    if not isinstance(key, ec.EllipticCurvePublicKey):
        raise CertificateForged("the key is not one for ES256")
    header, content, signature = _read(jws)
    if header.get("alg") != "ES256" or header.get("typ") != TYPE:
        raise CertificateForged("it is not a deletion certificate")
    r, s = (
        int.from_bytes(half, "big")
        for half in (signature[:_COORDINATE_BYTES], signature[_COORDINATE_BYTES:])
    )
    try:
        key.verify(
            utils.encode_dss_signature(r, s),
            jws.rpartition(".")[0].encode(),
            ec.ECDSA(SHA256()),
        )
    except InvalidSignature:
        raise CertificateForged from None
    return content


def certificate_view(certificate: Certificate) -> dict[str, object]:
    """The certificate as an API answer."""
    kept = certificate.keep_until
    return {
        "id": certificate.id,
        "subject": certificate.subject,
        "destroyed": list(certificate.destroyed),
        "destroyed_at": rfc3339(certificate.at),
        "requested_by": certificate.requested_by,
        "approved_by": certificate.approved_by,
        "reason": certificate.reason,
        "retained_until": None if kept is None else rfc3339(kept),
        "kid": certificate.kid,
        "jws": certificate.jws,
    }


def certificate_item(certificate: Certificate) -> dict[str, Any]:
    """The certificate as it is stored; `stored_certificate` reads it back."""
    told = {name: one for name, one in asdict(certificate).items() if one is not None}
    return told | {"destroyed": list(certificate.destroyed)}


def stored_certificate(item: Mapping[str, Any]) -> Certificate:
    """The certificate that `certificate_item` gave."""
    names = Certificate.__dataclass_fields__
    found = {name: item.get(name) for name in names} | {"destroyed": tuple(item["destroyed"])}
    return Certificate(**found)


def _read(jws: str) -> tuple[Mapping[str, Any], Mapping[str, Any], bytes]:
    parts = jws.strip().split(".")
    if len(parts) != _PARTS:
        raise CertificateForged("a compact JWS has three parts")
    try:
        raw = [base64.urlsafe_b64decode(part + "=" * (-len(part) % 4)) for part in parts]
        header, content = json.loads(raw[0]), json.loads(raw[1])
    except (ValueError, binascii.Error):
        raise CertificateForged("it is not readable") from None
    if not (isinstance(header, dict) and isinstance(content, dict)):
        raise CertificateForged("it is not readable")
    if len(raw[2]) != 2 * _COORDINATE_BYTES or _encoded(raw[2]) != parts[2]:
        raise CertificateForged("a signature of ES256 has 64 bytes")
    return header, content, raw[2]


def _segment(content: Mapping[str, object]) -> str:
    return _encoded(canonical_json(content).encode())


def _encoded(raw: bytes) -> str:
    return base64.urlsafe_b64encode(raw).rstrip(b"=").decode()
