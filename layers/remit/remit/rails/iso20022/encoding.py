"""Bytes of XML to UTF-8 without a declaration, checked before any parser sees them.

One decoder and one encoding for everything after it, so that no two readers can disagree on what
the bytes say. Refuses every DOCTYPE, and with it entities of any kind.
"""

import codecs
import re

from remit.rails.iso20022.errors import MalformedMessage, MessageTooLarge

MAX_BYTES = 4 * 1024 * 1024
MAX_ELEMENTS = 300_000

_CODECS = {"utf-8": "utf-8", "utf-16": "utf-16", "iso-8859-1": "iso-8859-1"}
_MARKS = (
    (codecs.BOM_UTF32_LE, "utf-32"),  # begins like UTF-16's mark, so it is looked for first
    (codecs.BOM_UTF32_BE, "utf-32"),
    (codecs.BOM_UTF8, "utf-8"),
    (codecs.BOM_UTF16_LE, "utf-16"),
    (codecs.BOM_UTF16_BE, "utf-16"),
)
_HEAD_BYTES = 512  # a declaration is far shorter, in UTF-16 too
_DECLARATION = re.compile(
    r"""\ufeff?<\?xml\s+version\s*=\s*(?:"1\.0"|'1\.0')
    (?:\s+encoding\s*=\s*(?:"([\w.-]{1,40})"|'([\w.-]{1,40})'))?
    (?:\s+standalone\s*=\s*(?:"(?:yes|no)"|'(?:yes|no)'))?\s*\?>""",
    re.VERBOSE | re.ASCII,
)


def utf8(content: bytes, *, max_bytes: int = MAX_BYTES, max_elements: int = MAX_ELEMENTS) -> bytes:
    """`content` as UTF-8 XML with the same line numbers, without declaration and mark.

    Takes UTF-8, UTF-16 with its byte order mark, and ISO-8859-1. Raises `MessageTooLarge`, and
    `MalformedMessage` for any other encoding, for bytes that are not in the declared one, and for
    DOCTYPE and processing instructions, which no ISO 20022 message has.
    """
    if len(content) > max_bytes:
        raise MessageTooLarge(f"The message has {len(content)} bytes; {max_bytes} are allowed")
    text = _body(content, _encoding(content))
    if "<!DOCTYPE" in text:
        raise MalformedMessage(f"Line {_line(text, '<!DOCTYPE')}: a DOCTYPE is not allowed")
    if "<?" in text:
        line = _line(text, "<?")
        raise MalformedMessage(f"Line {line}: a processing instruction is not allowed")
    if text.count("<") - text.count("</") > max_elements:
        raise MessageTooLarge(f"The message has more than {max_elements} elements")
    return text.encode()


def _encoding(content: bytes) -> str:
    """The codec that both the byte order mark and the declaration name, where they are there."""
    mark = next((name for mark, name in _MARKS if content.startswith(mark)), None)
    head = content[:_HEAD_BYTES].decode(mark or "iso-8859-1", errors="ignore")
    found = _DECLARATION.match(head)
    declared = ((found[1] or found[2] or "") if found else "").lower()
    codec = _CODECS.get(declared or mark or "utf-8")
    if codec is None:
        raise MalformedMessage("The encoding must be UTF-8, UTF-16 or ISO-8859-1")
    if mark not in (codec, None):
        raise MalformedMessage("The declared encoding and the byte order mark disagree")
    if codec == "utf-16" and mark is None:
        raise MalformedMessage("UTF-16 must begin with a byte order mark")
    return codec


def _body(content: bytes, codec: str) -> str:
    """The text after mark and declaration; the declaration's line breaks stay, for line numbers."""
    try:
        text = content.decode(codec)
    except UnicodeDecodeError as error:
        raise MalformedMessage(f"Byte {error.start} is not {codec.upper()}") from None
    found = _DECLARATION.match(text)
    if found is None:
        return text.removeprefix("\ufeff")
    return "\n" * found[0].count("\n") + text[found.end() :]


def _line(text: str, wanted: str) -> int:
    return text.count("\n", 0, text.index(wanted)) + 1
