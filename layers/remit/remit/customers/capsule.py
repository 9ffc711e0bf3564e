"""The evidence capsule: a customer's whole record as one document, bound by hashes. Pure.

Each section's hash covers the section and the hash before it; the capsule's hash covers its head
and the last section's. So nothing can be changed, left out, added or moved unseen, and anybody can
check it without us: hashes are SHA-256 over canonical JSON (sorted names, no blanks, UTF-8).
"""

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from remit.kernel.canonical import canonical_json, fingerprint

FORMAT = "remit-evidence-1"
_HEAD = ("format", "tenant", "customer", "made_at")
_SECTION = ("name", "at", "by", "content")


def bound(section: Mapping[str, Any], before: str) -> str:
    """The hash of a section (`name`, `at`, `by` and `content`) that follows hash `before`."""
    content = [before, *(section[name] for name in _SECTION)]
    return fingerprint(canonical_json(content).encode())


def capsule(
    *, tenant: str, customer: str, made_at: str, sections: Sequence[Mapping[str, Any]]
) -> dict[str, Any]:
    """The document of these `sections`, in order."""
    head = {"format": FORMAT, "tenant": tenant, "customer": customer, "made_at": made_at}
    told, before = [], ""
    for section in sections:
        before = bound(section, before)
        told.append({name: section[name] for name in _SECTION} | {"hash": before})
    return head | {"sections": told, "hash": _whole(head, before)}


def broken(document: object) -> Iterator[str]:
    """What of a capsule is not as it was made; nothing when it is whole."""
    if not isinstance(document, dict) or document.get("format") != FORMAT:
        yield f"it is no {FORMAT}"
        return
    names = {*_HEAD, "sections", "hash"}
    if set(document) != names or not isinstance(document["sections"], list):
        yield f"it must have {', '.join(sorted(names))}, and nothing else"
        return
    before = ""
    for number, section in enumerate(document["sections"], 1):
        if not isinstance(section, dict) or set(section) != {*_SECTION, "hash"}:
            yield f"section {number} is no section"
            return
        expected = bound(section, before)
        if section["hash"] != expected:
            yield f"section {number} ({section['name']}) is not what its hash stands for"
        before = section["hash"]
    if document["hash"] != _whole(document, str(before)):
        yield "the whole is not what its hash stands for"


def _whole(head: Mapping[str, Any], last: str) -> str:
    return fingerprint(canonical_json([*(head[name] for name in _HEAD), last]).encode())
