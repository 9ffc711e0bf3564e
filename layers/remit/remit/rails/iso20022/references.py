"""The ids that messages carry: how long, of which characters, and derived from their cause."""

import re

from remit.kernel.canonical import fingerprint
from remit.kernel.ids import derive

_REFERENCE = re.compile(r"[A-Za-z0-9/\-?:().,'+ ]{1,35}", re.ASCII)
_UETR = re.compile(r"[0-9a-f]{8}-[0-9a-f]{4}-4[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}", re.ASCII)


def uetr(*cause: str) -> str:
    """The unique end-to-end transaction reference that `cause` gives: a UUID shaped as version 4.

    Derived, so that a retry asks for the same payment: 122 bits of SHA-256 stand for the chance.
    """
    digits = fingerprint(b"uetr", *(part.encode() for part in cause))
    variant = "89ab"[int(digits[16], 16) & 3]
    head = f"{digits[:8]}-{digits[8:12]}-4{digits[13:16]}"
    return f"{head}-{variant}{digits[17:20]}-{digits[20:32]}"


def is_uetr(text: str) -> bool:
    """Whether `text` is a UUID of version 4 as ISO 20022 writes it, in small letters."""
    return _UETR.fullmatch(text) is not None


def reference(kind: str, *cause: str) -> str:
    """The MsgId, TxId or InstrId that `cause` gives: `kind`, a dash and 26 characters.

    At most 35 characters that every scheme takes; `ValueError` for a `kind` that makes it longer.
    """
    text = derive(kind, *cause).replace("_", "-")
    wrong = fault(text)
    if wrong:
        raise ValueError(f"{kind}: {wrong}")
    return text


def fault(text: str) -> str | None:
    """What is wrong with `text` as an id between banks (EPC230-15: characters and slashes)."""
    if not text:
        return "the id is empty"
    if _REFERENCE.fullmatch(text) is None:
        return "the id has more than 35 characters, or others than a-z A-Z 0-9 / - ? : ( ) . , ' +"
    if text.startswith("/") or text.endswith("/") or "//" in text:
        return "the id begins or ends with a slash, or has two together"
    return None
