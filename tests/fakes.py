"""Stand-ins that count as the real thing: each passes the same contract suite.

`FakeVault` is the vault with its keys and tables, but with cryptography from the standard library
alone, so that nothing takes half a second to import and no KMS is needed.
"""

import hashlib
import hmac
import random
from typing import Any

from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.asymmetric.utils import decode_dss_signature
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat

from remit.kernel.canonical import canonical_json
from remit.vault.model import SealBroken
from remit.vault.ports import Context
from remit.vault.seal import Vault
from remit.vault.store import VaultStore

_NONCE, _TAG = 16, 32


class FakeCipher:
    """Seals with a key stream and a tag, both by SHA-256. Branch keys are in its memory."""

    def __init__(self, seed: int = 0) -> None:
        self._chance = random.Random(seed)
        self._branches: dict[str, list[bytes]] = {}

    def wrap(self, tenant: str, context: Context, key: bytes) -> bytes:
        versions = self._branches.setdefault(tenant, [self._branch(tenant, 0)])
        number = len(versions) - 1
        return bytes([number]) + self.seal(versions[-1], context, key)

    def unwrap(self, tenant: str, context: Context, wrapped: bytes) -> bytes:
        if not wrapped or context["tenant"] != tenant:
            raise SealBroken
        return self.open(self._branch(tenant, wrapped[0]), context, wrapped[1:])

    def seal(self, key: bytes, context: Context, plain: bytes) -> bytes:
        nonce = self._chance.randbytes(_NONCE)
        hidden = nonce + _masked(key, nonce, plain)
        return hidden + _tag(key, context, hidden)

    def open(self, key: bytes, context: Context, sealed: bytes) -> bytes:
        hidden, tag = sealed[:-_TAG], sealed[-_TAG:]
        if len(hidden) < _NONCE or not hmac.compare_digest(tag, _tag(key, context, hidden)):
            raise SealBroken
        return _masked(key, hidden[:_NONCE], hidden[_NONCE:])

    def rotate(self, tenant: str) -> str:
        versions = self._branches.setdefault(tenant, [self._branch(tenant, 0)])
        versions.append(self._branch(tenant, len(versions)))
        return self.version(tenant)

    def version(self, tenant: str) -> str:
        versions = self._branches.get(tenant)
        return str(len(versions)) if versions else ""

    def forget(self) -> None:
        """Nothing is remembered that is not kept anyway."""

    def _branch(self, tenant: str, version: int) -> bytes:
        # From its name, so that a vault made anew opens what another has sealed.
        return hashlib.sha256(f"branch {tenant} {version}".encode()).digest()


class FakeSigner:
    """Signs with a key of its own; `public_key` is its public half (DER)."""

    kid = "arn:aws:kms:eu-west-1:123456789012:key/fake-signing-key"

    def __init__(self) -> None:
        self._key = ec.derive_private_key(7, ec.SECP256R1())
        self.public_key = self._key.public_key().public_bytes(
            Encoding.DER, PublicFormat.SubjectPublicKeyInfo
        )

    def sign(self, content: bytes) -> bytes:
        r, s = decode_dss_signature(self._key.sign(content, ec.ECDSA(SHA256())))
        return r.to_bytes(32, "big") + s.to_bytes(32, "big")


class FakeVault(Vault):
    """The vault without the encryption SDK and KMS; its tables are in whatever `dynamodb` is.

    The same seed gives the same keys, tokens and sealed bytes.
    """

    def __init__(
        self,
        dynamodb: Any,
        *,
        vault_table: str = "Vault",
        subject_keys_table: str = "SubjectKeys",
        seed: int = 0,
        cipher: FakeCipher | None = None,
        signer: FakeSigner | None = None,
    ) -> None:
        super().__init__(
            VaultStore.of(dynamodb, vault_table=vault_table, subject_keys_table=subject_keys_table),
            cipher or FakeCipher(seed),
            signer or FakeSigner(),
            chance=random.Random(seed).randbytes,
        )


def _masked(key: bytes, nonce: bytes, content: bytes) -> bytes:
    stream = bytearray()
    while len(stream) < len(content):
        stream += hashlib.sha256(b"stream" + key + nonce + len(stream).to_bytes(8, "big")).digest()
    size = len(content)
    mixed = int.from_bytes(content, "big") ^ int.from_bytes(stream[:size], "big")
    return mixed.to_bytes(size, "big")


def _tag(key: bytes, context: Context, hidden: bytes) -> bytes:
    bound = canonical_json(dict(context)).encode()
    content = len(bound).to_bytes(8, "big") + bound + hidden
    return hmac.new(key, content, hashlib.sha256).digest()
