"""The one way that XML from outside is parsed: nothing is loaded, and libxml2's limits stay on."""

from typing import TypedDict

from lxml import etree

from remit.rails.iso20022.errors import MalformedMessage


class _Options(TypedDict):
    load_dtd: bool
    dtd_validation: bool
    no_network: bool
    huge_tree: bool
    remove_comments: bool


SAFE: _Options = {
    "load_dtd": False,
    "dtd_validation": False,
    "no_network": True,
    "huge_tree": False,  # which would lift libxml2's limits: 256 levels, 10 MB in one text
    "remove_comments": True,  # so that a comment does not cut a text in two
}
"""lxml's options for a text that `encoding.utf8` has passed, so that has no DOCTYPE.

`resolve_entities` stays at `internal`: turned off, lxml takes undefined entities for good, and
with a schema truncated files too.
"""


def parse(content: bytes) -> etree._Element:
    """The root of `content` (UTF-8); `MalformedMessage` says where it is not well-formed."""
    try:
        return etree.fromstring(content, etree.XMLParser(**SAFE))
    except etree.XMLSyntaxError as error:
        raise malformed(error) from None


def malformed(error: etree.XMLSyntaxError) -> MalformedMessage:
    """Where and how a message is not well-formed."""
    line, column = error.position
    what = _fault(error.code)  # type: ignore[attr-defined]  # lxml's stubs lack it
    return MalformedMessage(f"Line {line}, column {column}: {what}")


def _fault(code: int) -> str:
    """libxml2's name for the fault: its sentences may quote the message."""
    names = vars(etree.ErrorTypes).items()
    name = next((name for name, number in names if number == code), "not well-formed")
    return name.removeprefix("ERR_").replace("_", " ").lower()
