"""Ids that derive from their cause, so that a retry makes the same thing. Never random."""

import hashlib
import re

_CROCKFORD = "0123456789ABCDEFGHJKMNPQRSTVWXYZ"
_ULID = r"[0-7][0-9A-HJKMNP-TV-Z]{25}"


def derive(prefix: str, *cause: str) -> str:
    """The id of kind `prefix` that `cause` gives: `pay_` and 26 characters in ULID form.

    128 bits of SHA-256 over the cause's parts, each with its length, so that no two lists of
    parts run together. It sorts by nothing: order comes from time stamps.
    """
    return f"{prefix}_{_ulid(_digest(prefix, *cause) >> 128)}"


def timed(prefix: str, moment: int, *cause: str) -> str:
    """Like `derive`, but sorting by `moment` (milliseconds), as ULIDs do."""
    return f"{prefix}_{_ulid(moment << 80 | _digest(prefix, *cause) >> 176)}"


def _digest(*parts: str) -> int:
    digest = hashlib.sha256()
    for part in parts:
        raw = part.encode()
        digest.update(len(raw).to_bytes(4, "big") + raw)
    return int.from_bytes(digest.digest(), "big")


def _ulid(number: int) -> str:
    return "".join(_CROCKFORD[(number >> shift) & 31] for shift in range(125, -1, -5))


def pattern(prefix: str) -> str:
    """The regular expression that ids of kind `prefix` match."""
    return f"^{prefix}_{_ULID}$"


def is_id(prefix: str, text: str) -> bool:
    """Whether `text` has the form of an id of kind `prefix`."""
    return re.fullmatch(f"{prefix}_{_ULID}", text) is not None
