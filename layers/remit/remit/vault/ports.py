"""What the vault needs of cryptography: the real ones are `sdk` and `signing`, others for tests."""

from collections.abc import Mapping
from typing import Protocol

Context = Mapping[str, str]


class Cipher(Protocol):
    """Seals bytes, bound to a context: what is changed or out of its context is `SealBroken`."""

    def wrap(self, tenant: str, context: Context, key: bytes) -> bytes:
        """Seal a key under the tenant's newest branch key, which is made at first use."""

    def unwrap(self, tenant: str, context: Context, wrapped: bytes) -> bytes:
        """Open what `wrap` gave, under whichever version of the branch key it was."""

    def seal(self, key: bytes, context: Context, plain: bytes) -> bytes:
        """Seal `plain` under a key of 32 bytes."""

    def open(self, key: bytes, context: Context, sealed: bytes) -> bytes:
        """Open what `seal` gave."""

    def rotate(self, tenant: str) -> str:
        """Make a new version of the tenant's branch key; returns its name."""

    def version(self, tenant: str) -> str:
        """The name of the tenant's newest branch key."""


class Signer(Protocol):
    """Signs certificates with ES256 (RFC 7518 §3.4)."""

    kid: str
    """Names the key, so that a verifier knows which public key to fetch."""

    def sign(self, content: bytes) -> bytes:
        """The signature over `content`, as 64 bytes."""
