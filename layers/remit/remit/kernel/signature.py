"""Who sent this: bodies signed as Standard Webhooks are (standardwebhooks.com, version 1).

`webhook-signature` is a list of `v1,<base64 of HMAC-SHA256 over "id.timestamp.body">`, one for
each key in use, so that keys can be changed while messages are under way. Other versions are
passed over.
"""

import base64
import hashlib
import hmac
import re
from collections.abc import Mapping, Sequence
from typing import Protocol

from remit.kernel.clock import MINUTE, SECOND
from remit.kernel.errors import Rejection

TOLERANCE = 5 * MINUTE
"""How far the time of signing may be from ours: older is a replay, newer a broken clock."""

NAMES = ("webhook-id", "webhook-timestamp", "webhook-signature")

_ID = re.compile(r"[!-~]{1,128}", re.ASCII)
_TIMESTAMP = re.compile(r"[0-9]{1,12}", re.ASCII)
_MOST_SIGNATURES = 16
_KEY_PREFIX = "whsec_"
_SHORTEST_KEY, _LONGEST_KEY = 24, 64


class Headers(Protocol):
    """Header fields by name, whatever its case."""

    def all(self, name: str) -> Sequence[str]:
        """Every value of the field, in order."""


class SignatureInvalid(Rejection):
    """The body is not signed with a key of the sender's, or not now."""

    status = 401
    title = "The signature is not valid"


def key_of(text: str) -> bytes:
    """The key that `whsec_<base64>` is. `ValueError` unless it has 24 to 64 bytes."""
    if not text.startswith(_KEY_PREFIX):
        raise ValueError("a signing key begins with whsec_")
    key = base64.b64decode(text.removeprefix(_KEY_PREFIX), validate=True)
    if not _SHORTEST_KEY <= len(key) <= _LONGEST_KEY:
        raise ValueError("a signing key has 24 to 64 bytes")
    return key


def sign(key: bytes, *, identifier: str, timestamp: int, body: bytes) -> str:
    """The signature of one key; `timestamp` is in seconds."""
    return _signature(key, f"{identifier}.{timestamp}.".encode() + body).decode()


def signed(keys: Sequence[bytes], *, identifier: str, now: int, body: bytes) -> Mapping[str, str]:
    """The headers that sign `body` under every key; `now` is in milliseconds."""
    stamp = now // SECOND
    signatures = " ".join(
        sign(key, identifier=identifier, timestamp=stamp, body=body) for key in keys
    )
    return dict(zip(NAMES, (identifier, str(stamp), signatures), strict=True))


def verify(keys: Sequence[bytes], headers: Headers, body: bytes, *, now: int) -> Mapping[str, str]:
    """The headers that sign `body`, which one of `keys` made just now (milliseconds).

    Raises `SignatureInvalid`.
    """
    found = {name: headers.all(name) for name in NAMES}
    if any(len(values) != 1 for values in found.values()):
        raise SignatureInvalid
    identifier, stamp, signatures = (found[name][0] for name in NAMES)
    if not (_ID.fullmatch(identifier) and _TIMESTAMP.fullmatch(stamp)):
        raise SignatureInvalid
    if abs(int(stamp) * SECOND - now) > TOLERANCE:
        raise SignatureInvalid
    given = [one.encode() for one in signatures.split(" ", _MOST_SIGNATURES)[:_MOST_SIGNATURES]]
    content = f"{identifier}.{stamp}.".encode() + body
    # Every pair is compared, and each in constant time: how long it takes tells nothing.
    matches = [hmac.compare_digest(_signature(key, content), one) for key in keys for one in given]
    if not any(matches):
        raise SignatureInvalid
    return {name: values[0] for name, values in found.items()}


def _signature(key: bytes, content: bytes) -> bytes:
    return b"v1," + base64.b64encode(hmac.new(key, content, hashlib.sha256).digest())
