"""XML that others publish: no DTD, no entity, no network, and limits before anything is parsed."""

import re
from collections.abc import Iterator
from typing import TypeAlias, cast

from lxml import etree

from remit.screening.lists.errors import ListTooLarge, MalformedList

MAX_ELEMENTS = 3_000_000
_DECLARED = re.compile(rb"""\A\s*<\?xml[^>]*?encoding\s*=\s*["']([A-Za-z0-9._-]{1,40})["']""")
_ENCODINGS = frozenset({b"utf-8", b"us-ascii", b"iso-8859-1", b"windows-1252"})
_UTF_8_MARK = b"\xef\xbb\xbf"


def elements(name: str, content: bytes, root: str, *tags: str) -> Iterator[etree._Element]:
    """The elements of `tags` in a document whose root is `root`, in order, one at a time.

    Names are without namespace. Each is emptied after it was given, so that memory stays bounded.
    Raises `MalformedList` or `ListTooLarge`.
    """
    _check_encoding(name, content)
    if b"<!DOCTYPE" in content or b"<!ENTITY" in content:
        raise MalformedList(f"{name}: a DOCTYPE is not allowed")
    if content.count(b"<") > 2 * MAX_ELEMENTS:
        raise ListTooLarge(f"{name} has more than {MAX_ELEMENTS} elements")
    parser = etree.XMLPullParser(
        events=("start", "end"),
        load_dtd=False,
        no_network=True,
        huge_tree=False,
        resolve_entities=False,
        remove_comments=True,
        remove_pis=True,
    )
    try:
        yield from _read(name, content, parser, root, tags)
        parser.close()
    except etree.XMLSyntaxError as error:
        line, column = error.position
        raise MalformedList(f"{name}, line {line}, column {column}: not well-formed") from None


def _check_encoding(name: str, content: bytes) -> None:
    """What is looked for in the bytes is found only where ASCII is written as ASCII."""
    declared = _DECLARED.match(content.removeprefix(_UTF_8_MARK))
    if declared and declared[1].lower() not in _ENCODINGS:
        raise MalformedList(f"{name}: its encoding is none that is read, such as UTF-8")
    if b"\0" in content:
        raise MalformedList(f"{name}: byte {content.index(0)} is NUL; UTF-8 is read")


_CHUNK = 65_536

Element: TypeAlias = etree._Element  # noqa: SLF001 - the only name that the stubs give it
Events: TypeAlias = Iterator[tuple[str, Element]]


def _read(
    name: str, content: bytes, parser: etree.XMLPullParser, root: str, tags: tuple[str, ...]
) -> Iterator[etree._Element]:
    first = True
    for start in range(0, len(content), _CHUNK):
        parser.feed(content[start : start + _CHUNK])
        for event, element in cast(Events, parser.read_events()):
            tag = etree.QName(element).localname
            if first and tag != root:
                raise MalformedList(f"{name}: the root is not {root}")
            first = False
            if event == "end" and tag in tags:
                yield element
                element.clear()


def texts(element: etree._Element, path: str) -> list[str]:
    """The texts at `path` below `element` (in any namespace), white space in them as one space.

    Empty ones are left out.
    """
    found = element.iterfind("/".join(f"{{*}}{step}" for step in path.split("/")))
    return [text for one in found if (text := " ".join((one.text or "").split()))]
