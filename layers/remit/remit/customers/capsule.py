"""The evidence capsule: a customer's whole record as one document, bound by hashes. Pure.

Each section's hash covers the section and the hash before it, the first one's the customer; the
capsule's hash covers its head and the last section's. So nothing can be changed, left out, added or
moved unseen, and anybody can check it without us: hashes are SHA-256 over canonical JSON (sorted
names, no blanks, UTF-8), whose length (8 bytes, big-endian) goes before it.

A hash has no key: who makes up a whole capsule can make up its hashes. That it is ours is said by
the customer's record, whose `evidence_hash` is that of the last section.
"""

import hashlib
from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from remit.kernel.canonical import canonical_json, fingerprint

FORMAT = "remit-evidence-1"
_HEAD = ("format", "tenant", "customer", "made_at")
_SECTION = ("name", "at", "by", "content")


def origin(tenant: str, customer: str) -> str:
    """What stands for the hash before the first section."""
    return fingerprint(canonical_json([FORMAT, tenant, customer]).encode())


def bound(section: Mapping[str, Any], before: str) -> str:
    """The hash of a section (`name`, `at`, `by` and `content`) that follows hash `before`."""
    content = [before, *(section[name] for name in _SECTION)]
    return fingerprint(canonical_json(content).encode())


def attestation_hash(attestation: Mapping[str, Any]) -> str:
    """The hash that an identity check holds of the provider's attestation."""
    return hashlib.sha256(canonical_json(dict(attestation)).encode()).hexdigest()


def capsule(
    *, tenant: str, customer: str, made_at: str, sections: Sequence[Mapping[str, Any]]
) -> dict[str, Any]:
    """The document of these `sections`, in order."""
    head = {"format": FORMAT, "tenant": tenant, "customer": customer, "made_at": made_at}
    told, before = [], origin(tenant, customer)
    for section in sections:
        before = bound(section, before)
        told.append({name: section[name] for name in _SECTION} | {"hash": before})
    return head | {"sections": told, "hash": _whole(head, before)}


def broken(document: object, *, evidence_hash: str | None = None) -> Iterator[str]:
    """What of a capsule is not as it was made; nothing when it is whole.

    With `evidence_hash`, the one on the customer's record, also whether it is that customer's.
    """
    if not isinstance(document, dict) or document.get("format") != FORMAT:
        yield f"it is no {FORMAT}"
        return
    names = {*_HEAD, "sections", "hash"}
    if set(document) != names or not isinstance(document["sections"], list):
        yield f"it must have {', '.join(sorted(names))}, and nothing else"
        return
    before = origin(document["tenant"], document["customer"])
    for number, section in enumerate(document["sections"], 1):
        if not isinstance(section, dict) or set(section) != {*_SECTION, "hash"}:
            yield f"section {number} is no section"
            return
        if section["hash"] != bound(section, before):
            yield f"section {number} ({section['name']}) is not what its hash stands for"
        yield from _unattested(number, section)
        before = section["hash"]
    if document["hash"] != _whole(document, before):
        yield "the whole is not what its hash stands for"
    if evidence_hash is not None and before != evidence_hash:
        yield "it does not end with the hash on the customer's record"


def _unattested(number: int, section: Mapping[str, Any]) -> Iterator[str]:
    content = section["content"]
    if section["name"] != "identity" or not isinstance(content, dict):
        return
    if content.get("attestation_hash") and (
        not isinstance(content.get("attestation"), dict)
        or attestation_hash(content["attestation"]) != content["attestation_hash"]
    ):
        yield f"section {number} (identity) has not the attestation that its hash stands for"


def _whole(head: Mapping[str, Any], last: object) -> str:
    return fingerprint(canonical_json([*(head[name] for name in _HEAD), last]).encode())
