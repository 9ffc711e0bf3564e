"""Whether a message, or a payment in it, has come before: by its ids, and by what it says.

The keys are hashes, so they may be stored and logged; whoever stores them decides with `judge`.
"""

from collections.abc import Mapping
from typing import Literal

from lxml import etree

from remit.kernel.canonical import fingerprint
from remit.kernel.value import value
from remit.rails.iso20022.encoding import utf8
from remit.rails.iso20022.parser import parse

Verdict = Literal["new", "repeated", "conflict"]
"""`repeated`: the same again, answered as before; `conflict`: the same id for something else."""


@value
class Mark:
    """A key under which a message is remembered, and the hash of what it said."""

    key: str
    content: str


def content_fingerprint(content: bytes) -> str:
    """The same for the same XML, however it is encoded, declared or commented.

    Raises as any reader does for what is not XML.
    """
    # The schema gives blanks between elements no meaning; canonical XML would keep them.
    root = parse(utf8(content))
    for element in root.iter():
        if len(element) and not (element.text or "").strip():
            element.text = None
        if not (element.tail or "").strip():
            element.tail = None
    return fingerprint(etree.tostring(root, method="c14n2"))


def marks(
    content: str,
    *,
    sender: str,
    message: str,
    message_id: str,
    payments: tuple[tuple[str | None, str | None], ...] = (),
) -> tuple[Mark, ...]:
    """The marks of a message whose `content` has this fingerprint.

    One by the sender's message id for its kind of `message`, and one each by the transaction ids
    and the UETRs of its `payments`. A transaction id is the sender's own, a UETR everybody's.
    """
    keys = [fingerprint(b"message", *_encoded(sender, message, message_id))]
    for transaction_id, uetr in payments:
        if transaction_id is not None:
            keys.append(fingerprint(b"payment", *_encoded(sender, message, transaction_id)))
        if uetr is not None:
            keys.append(fingerprint(b"uetr", *_encoded(message, uetr)))
    return tuple(Mark(key=key, content=content) for key in keys)


def judge(found: tuple[Mark, ...], seen: Mapping[str, str]) -> Verdict:
    """What `found` is to those `seen` before (key to content): nothing of a conflict is new."""
    before = {seen[mark.key] == mark.content for mark in found if mark.key in seen}
    if not before:
        return "new"
    return "repeated" if before == {True} else "conflict"


def _encoded(*parts: str) -> tuple[bytes, ...]:
    return tuple(part.encode() for part in parts)
