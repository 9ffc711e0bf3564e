"""XML that others publish: no DTD, no entity, no network, and limits before anything is parsed."""

from collections.abc import Iterator
from typing import TypeAlias, cast

from lxml import etree

from remit.screening.lists.errors import ListTooLarge, MalformedList

MAX_ELEMENTS = 3_000_000


def elements(name: str, content: bytes, root: str, *tags: str) -> Iterator[etree._Element]:
    """The elements of `tags` in a document whose root is `root`, in order, one at a time.

    Names are without namespace. Each is emptied after it was given, so that memory stays bounded.
    Raises `MalformedList` or `ListTooLarge`.
    """
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
    """The texts at `path` below `element` (in any namespace), stripped; empty ones left out."""
    found = element.iterfind("/".join(f"{{*}}{step}" for step in path.split("/")))
    return [text for one in found if (text := (one.text or "").strip())]
