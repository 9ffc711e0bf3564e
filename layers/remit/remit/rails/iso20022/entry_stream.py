"""Reads a message of statements entry by entry, so that memory does not grow with their number.

Whoever takes entries from it may believe them only when it has come to its end without an error.
"""

from collections.abc import Collection, Iterator, Mapping
from io import BytesIO

from lxml import etree

from remit.rails.iso20022.branch import Branch, Leaf, grow
from remit.rails.iso20022.document import known
from remit.rails.iso20022.encoding import utf8
from remit.rails.iso20022.entries import Layout
from remit.rails.iso20022.errors import InvalidMessage, MessageTooLarge
from remit.rails.iso20022.kinds import MAX500, place
from remit.rails.iso20022.parser import SAFE, malformed
from remit.rails.iso20022.statement import Entry, FileHeader, Statement

MAX_BYTES = 32 * 1024 * 1024
MAX_ENTRIES = 100_000
MAX_STATEMENTS = 1_000
MAX_PIECE_ELEMENTS = 100_000
"""The most elements of one entry, and of one statement without its entries."""

Part = FileHeader | Statement | Entry | Leaf
"""What a stream is made of: the header, then each statement without its entries, then those.

A leaf is what stands after the entries, or what the header has no place for.
"""

# What the parser comes to: `document`, `body` and `statement` begin, `piece` and `end` are whole.
# A piece is an element inside a statement; an end is a statement, or an element beside it.
_BEGINNINGS = {1: "document", 2: "body", 3: "statement"}
_ENTRY = "Ntry"
_DEEP = 4  # the depth of a piece: Document, its body, a statement, an entry


def stream(
    content: bytes,
    layouts: Mapping[str, Layout],
    *,
    max_bytes: int = MAX_BYTES,
    max_entries: int = MAX_ENTRIES,
) -> Iterator[Part]:
    """The parts of the message in `content`, which is one of `layouts`.

    Raises `MessageTooLarge`, `MalformedMessage`, `UnsupportedMessage` or `InvalidMessage`, some of
    them only after parts have been handed out.
    """
    text = utf8(content, max_bytes=max_bytes, max_elements=max_bytes // 8)
    reader = _Reader(layouts, max_entries)
    try:
        for step, element in _steps(text, {layout.unit for layout in layouts.values()}):
            yield from getattr(reader, step)(element)
    except etree.XMLSyntaxError as error:
        raise malformed(error) from None
    reader.finish()


def _steps(text: bytes, units: Collection[str]) -> Iterator[tuple[str, etree._Element]]:
    """Every step through `text`; what has been passed is let go of. Only `units` are cut up."""
    path = _Path(units)
    for event, element in etree.iterparse(BytesIO(text), events=("start", "end"), **SAFE):
        step = path.enter(element) if event == "start" else path.leave(element)
        if step:
            yield step, element
        if event == "end" and step:
            _forget_before(element)


class _Path:
    """How deep the parser is, and how many elements the part has that it is in."""

    def __init__(self, units: Collection[str]) -> None:
        self._units = units
        self._depth = 0
        self._elements = 0
        self._cut = False  # whether the element at the depth of statements is one

    def enter(self, element: etree._Element) -> str:
        """Go into `element`; the step's name, if it is one."""
        self._depth += 1
        self._elements += 1
        if self._depth == _DEEP - 1:
            self._cut = etree.QName(element).localname in self._units
        if self._depth == _DEEP - 1 or self._at_entry(element, self._depth):
            self._elements = 1  # a statement without its entries is one part, each entry another
        if self._elements > MAX_PIECE_ELEMENTS:
            raise MessageTooLarge(f"A part has more than {MAX_PIECE_ELEMENTS} elements")
        begins = self._depth < _DEEP - 1 or (self._depth == _DEEP - 1 and self._cut)
        return _BEGINNINGS[self._depth] if begins else ""

    def leave(self, element: etree._Element) -> str:
        """Come out of `element`; the step's name, if it is one."""
        depth, self._depth = self._depth, self._depth - 1
        if depth < _DEEP:
            _refuse_text(element)
        if self._at_entry(element, depth):
            self._elements = 0
        if depth == _DEEP - 1:
            return "end"
        return "piece" if depth == _DEEP and self._cut else ""

    def _at_entry(self, element: etree._Element, depth: int) -> bool:
        return self._cut and depth == _DEEP and etree.QName(element).localname == _ENTRY


def _forget_before(element: etree._Element) -> None:
    """Let go of the elements before `element`, which itself the parser still holds on to.

    Looks at nothing after it: the parser is ahead by a chunk, and a chunk may hold thousands.
    """
    parent = element.getparent()
    while parent is not None and element.getprevious() is not None:
        _refuse(parent, parent[0].tail)
        parent.remove(parent[0])


def _refuse_text(parent: etree._Element) -> None:
    """Refuse what still stands between the elements in `parent`."""
    for text in (parent.text, *(each.tail for each in parent)):
        _refuse(parent, text)


def _refuse(parent: etree._Element, text: str | None) -> None:
    if text and text.strip():
        detail = "text is not allowed here"
        name = etree.QName(parent).localname
        errors = [{"pointer": place(parent), "detail": detail}]
        raise InvalidMessage(f"{name}: {detail}", errors=errors, reason="FF01")


class _Reader:
    """How far a stream has been read. Its methods are the steps, and give the parts they make."""

    def __init__(self, layouts: Mapping[str, Layout], max_entries: int) -> None:
        self._layouts = layouts
        self._most = max_entries
        self._entries = 0
        self._headed = False
        self._statements = 0
        self._unit: Branch | None = None  # the statement that is open
        self._opened = False  # whether its head has been handed out
        self._within = 0  # its entries so far

    def document(self, element: etree._Element) -> tuple[Part, ...]:
        """The message begins."""
        self._layout = self._layouts[known(str(element.tag), self._layouts)]
        self._namespace = etree.QName(element).namespace
        self._body = Branch(self._layout.body, Branch("Document", Branch("")))
        self._bodies = 0
        return ()

    def body(self, element: etree._Element) -> tuple[Part, ...]:
        """The message's body begins: there is one."""
        self._bodies += 1
        if element.tag != self._tag(self._layout.body) or self._bodies > 1:
            document = Branch("Document", Branch(""))
            raise document.invalid(f"it must hold {self._layout.body} and nothing else")
        return ()

    def statement(self, element: etree._Element) -> tuple[Part, ...]:
        """A statement begins."""
        if element.tag != self._tag(self._layout.unit):
            raise self._body.invalid(f"it must hold {self._layout.unit}")
        if not self._headed:
            raise self._body.invalid("it is missing", path="GrpHdr")
        self._statements += 1
        if self._statements > MAX_STATEMENTS:
            raise MessageTooLarge(f"The message has more than {MAX_STATEMENTS} statements")
        self._unit = Branch(self._layout.unit, self._body, self._statements)
        self._opened, self._within = False, 0
        return ()

    def piece(self, element: etree._Element) -> tuple[Part, ...]:
        """A part of the open statement is whole."""
        unit, name = self._unit, etree.QName(element).localname
        if unit is None:
            raise self._body.invalid(f"it must hold {self._layout.unit}")
        if element.tag == self._tag(_ENTRY):
            self._entries += 1
            self._within += 1
            if self._entries > self._most:
                raise MessageTooLarge(f"The message has more than {self._most} entries")
            entry = grow(element, parent=unit, place=self._within)
            return *self._head(), self._layout.entry.read(entry)
        members = unit.children.setdefault(name, [])
        grown = grow(element, parent=unit, place=len(members) + 1)
        if element.tag != self._tag(name):
            raise grown.invalid("elements of other namespaces are not allowed here")
        members.append(grown)
        if not self._opened:
            return ()
        if name != f"Addtl{unit.name}Inf":
            raise grown.invalid("it may not stand after the entries")
        if len(members) > 1:
            raise grown.invalid("it may be there only once")
        return (Leaf(path=name, text=MAX500.read(grown)),)

    def end(self, element: etree._Element) -> tuple[Part, ...]:
        """A statement, or an element beside it, is whole."""
        unit, self._unit = self._unit, None
        if unit is not None:
            return self._head(unit)
        grown = grow(element, parent=self._body)
        if element.tag == self._tag("GrpHdr") and not self._headed:
            self._headed = True
            return (self._layout.header.read(grown),)
        if element.tag != self._tag("SplmtryData"):
            raise grown.invalid("it is not expected here")
        return tuple(grown.leaves("SplmtryData/"))

    def finish(self) -> None:
        """Hold the whole message to having had a statement."""
        if not self._statements:
            raise self._body.invalid("it is missing", path=self._layout.unit)

    def _head(self, unit: Branch | None = None) -> tuple[Part, ...]:
        """The statement without its entries, unless it has been handed out already."""
        unit = unit or self._unit
        if unit is None or self._opened:
            return ()
        self._opened = True
        return (self._layout.statement.read(unit),)

    def _tag(self, name: str) -> str:
        return f"{{{self._namespace}}}{name}"
