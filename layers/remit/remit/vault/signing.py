"""Signing with a key that never leaves KMS."""

from typing import TYPE_CHECKING

from remit.vault.store import Noted

if TYPE_CHECKING:
    from mypy_boto3_kms import KMSClient

_HALF = 32


class KmsSigner:
    """Signs with the asymmetric KMS key `arn` (ECC_NIST_P256)."""

    def __init__(self, kms: "KMSClient", arn: str) -> None:
        self._kms = Noted(kms)
        self.kid = arn

    def sign(self, content: bytes) -> bytes:
        """The signature over `content`: r and s, 32 bytes each (RFC 7518 §3.4)."""
        from cryptography.hazmat.primitives.asymmetric.utils import decode_dss_signature

        answer = self._kms.sign(
            KeyId=self.kid,
            Message=content,
            MessageType="RAW",
            SigningAlgorithm="ECDSA_SHA_256",
        )
        r, s = decode_dss_signature(answer["Signature"])
        return r.to_bytes(_HALF, "big") + s.to_bytes(_HALF, "big")
