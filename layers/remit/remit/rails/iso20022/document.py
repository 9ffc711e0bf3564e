"""The door for ISO 20022 XML that others send: size, encoding, syntax, kind, schema, in that order.

Hands out a tree that is valid by its schema. Never loads anything that a message points to.
"""

import re
from collections.abc import Collection

from lxml import etree

from remit.kernel.value import value
from remit.rails.iso20022 import schema
from remit.rails.iso20022.encoding import MAX_BYTES, MAX_ELEMENTS, utf8
from remit.rails.iso20022.errors import UnsupportedMessage
from remit.rails.iso20022.parser import parse

_PREFIX = "urn:iso:std:iso:20022:tech:xsd:"
_NAMESPACE = re.compile(_PREFIX + r"([a-z]{4}\.[0-9]{3}\.[0-9]{3}\.[0-9]{2})", re.ASCII)


@value
class Document:
    """A schema-valid message and its tree."""

    message: str
    root: etree._Element

    @property
    def namespace(self) -> str:
        """The XML namespace of every element of the message."""
        return _PREFIX + self.message


def read(content: bytes, *, supported: Collection[str], max_bytes: int = MAX_BYTES) -> Document:
    """The message in `content`, one of `supported` (names such as `pain.001.001.09`).

    Raises `MessageTooLarge`, `MalformedMessage`, `UnsupportedMessage` or `InvalidMessage`.
    """
    text = utf8(content, max_bytes=max_bytes)
    document = _known(text, supported)
    schema.check(text, document.message)
    return document


def parsed(
    content: bytes,
    *,
    supported: Collection[str],
    max_bytes: int = MAX_BYTES,
    max_elements: int = MAX_ELEMENTS,
) -> Document:
    """The message in `content`, not yet held against a schema: for readers that check as they go.

    Raises `MessageTooLarge`, `MalformedMessage` or `UnsupportedMessage`.
    """
    return _known(utf8(content, max_bytes=max_bytes, max_elements=max_elements), supported)


def known(tag: str, supported: Collection[str]) -> str:
    """The message's name by its root's `tag`; `UnsupportedMessage` unless one of `supported`."""
    message = _message(etree.QName(tag))
    if message not in supported:
        wanted = " or ".join(sorted(supported))
        raise UnsupportedMessage(f"{message or 'This XML'} is not supported; send {wanted}")
    return message


def _known(text: bytes, supported: Collection[str]) -> Document:
    root = parse(text)
    return Document(message=known(str(root.tag), supported), root=root)


def _message(tag: etree.QName) -> str:
    """The message's name by its root `tag`, or nothing when it is no ISO 20022 message."""
    found = _NAMESPACE.fullmatch(tag.namespace or "")
    return found[1] if found and tag.localname == "Document" else ""
