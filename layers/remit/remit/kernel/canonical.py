"""One spelling for one content: canonical JSON and its fingerprint."""

import hashlib
import json
from collections.abc import Callable


def canonical_json(content: object, *, default: Callable[[bytes], str] | None = None) -> str:
    """`content` as JSON with sorted keys and no spaces; NaN and infinity are `ValueError`.

    `default` writes what JSON has no form for, which is bytes; without it they are `TypeError`.
    """
    return json.dumps(
        content,
        sort_keys=True,
        separators=(",", ":"),
        ensure_ascii=False,
        allow_nan=False,
        default=default,
    )


def fingerprint(*parts: bytes) -> str:
    """SHA-256, as 64 hexadecimal digits, over `parts`, each with its length."""
    digest = hashlib.sha256()
    for part in parts:
        digest.update(len(part).to_bytes(8, "big") + part)
    return digest.hexdigest()
