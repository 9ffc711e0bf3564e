"""One spelling for one content: canonical JSON and its fingerprint."""

import hashlib
import json


def canonical_json(content: object) -> str:
    """`content` as JSON with sorted keys and no spaces; NaN and infinity are `ValueError`."""
    return json.dumps(
        content, sort_keys=True, separators=(",", ":"), ensure_ascii=False, allow_nan=False
    )


def fingerprint(*parts: bytes) -> str:
    """SHA-256, as 64 hexadecimal digits, over `parts`, each with its length."""
    digest = hashlib.sha256()
    for part in parts:
        digest.update(len(part).to_bytes(8, "big") + part)
    return digest.hexdigest()
