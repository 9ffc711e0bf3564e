"""A message's layout as a table that both builds it and reads it, so that the two cannot differ.

A row says where an element stands, which part of a value it is, and of what kind. Rows stand in the
order of the message's XML schema.
"""

from collections.abc import Collection, Mapping
from typing import Any, Generic, TypeVar

from lxml import etree

from remit.kernel.value import value
from remit.rails.iso20022.branch import Branch, grow
from remit.rails.iso20022.document import parsed
from remit.rails.iso20022.kinds import Kind, place

T = TypeVar("T")

MAX_BYTES = 1024 * 1024
MAX_ELEMENTS = 50_000
UNBOUNDED = 50_000

_PREFIX = "urn:iso:std:iso:20022:tech:xsd:"
_SELF = "."
_REST = "rest"  # the part of a value that keeps what no row reads


@value
class Field:
    """A row: the element at `path` is the part `name` of a value. `most` is 0 for a single one.

    The path `.` is the element itself: a part whose own rows stand among these.
    """

    path: str
    name: str
    kind: Kind
    least: int = 0
    most: int = 0


def one(path: str, name: str, kind: Kind) -> Field:
    """An element that may be missing: then the part is None."""
    return Field(path=path, name=name, kind=kind)


def must(path: str, name: str, kind: Kind) -> Field:
    """An element that has to be there."""
    return Field(path=path, name=name, kind=kind, least=1)


def many(path: str, name: str, kind: Kind, *, least: int = 0, most: int = UNBOUNDED) -> Field:
    """Elements that may be repeated: the part is a tuple."""
    return Field(path=path, name=name, kind=kind, least=least, most=most)


class Shape(Generic[T]):
    """How values of one class stand in an element. A kind itself, so that shapes nest.

    `either` names, by path, elements of which one and no more has to be in the element there, and
    `needs` those that have to be in it; both where that element is there at all. `fixed` are parts
    that stand in no element: reading gives them as they are here.
    """

    def __init__(
        self,
        cls: type[T],
        *fields: Field,
        either: Mapping[str, Collection[str]] | None = None,
        needs: Mapping[str, Collection[str]] | None = None,
        fixed: Mapping[str, object] | None = None,
    ) -> None:
        self._cls = cls
        self._fields = fields
        self._rules = [(path, names, True) for path, names in (either or {}).items()]
        self._rules += [
            (path, (name,), False) for path, all_ in (needs or {}).items() for name in all_
        ]
        parts = set(getattr(cls, "__dataclass_fields__", ()))
        self._keeps = _REST in parts
        self._fixed = dict(fixed or {})
        self._homeless = parts - {field.name for field in fields} - {_REST, *self._fixed}

    def read(self, branch: Branch) -> T:
        """The value in `branch`; what no row reads is kept in it, or left for the shape around."""
        for path, names, alone in self._rules:
            for holder in _holders(branch, path):
                fault = _fault(holder.children, names, alone=alone)
                if fault:
                    raise holder.invalid(fault)
        parts = self._fixed | {field.name: _read(branch, field) for field in self._fields}
        if self._keeps:
            parts[_REST] = branch.rest()
        return self._cls(**parts)

    def write(self, element: etree._Element, content: T) -> None:
        """Fill `element`; `ValueError` names an element that the schema would not take."""
        for field in self._fields:
            _write(element, field, getattr(content, field.name))
        for name in sorted(self._homeless):
            if getattr(content, name) not in (None, ()):
                raise ValueError(f"{place(element)}: {name} has no place here")
        if getattr(content, _REST, ()):
            raise ValueError(f"{place(element)}: what was kept as it came cannot be written")
        for path, names, alone in self._rules:
            for holder in _written(element, path):
                there = [etree.QName(child).localname for child in holder]
                fault = _fault(there, names, alone=alone)
                if fault:
                    raise ValueError(f"{place(holder)}: {fault}")


def _fault(there: Collection[str], names: Collection[str], *, alone: bool) -> str | None:
    """What is wrong with elements `there`, when they need one of `names`, or one `alone`."""
    found = sum(name in there for name in names)
    if not found:
        return f"it must hold {' or '.join(names)}"
    return f"only one of {' and '.join(names)} may be there" if alone and found > 1 else None


def _holders(branch: Branch, path: str) -> list[Branch]:
    holders = [branch]
    for step in path.split("/") if path else ():
        holders = [child for holder in holders for child in holder.children.get(step, [])]
    return holders


def _written(element: etree._Element, path: str) -> list[etree._Element]:
    namespace = etree.QName(element).namespace
    return element.findall(
        "/".join(f"{{{namespace}}}{s}" for s in path.split("/")) if path else "."
    )


def _read(branch: Branch, field: Field) -> Any:
    if field.path == _SELF:
        return field.kind.read(branch)
    found = branch.take(field.path)
    if len(found) < field.least:
        raise branch.invalid("it is missing", path=field.path)
    if len(found) > (field.most or 1):
        excess = found[field.most or 1]
        what = f"at most {field.most} are allowed" if field.most else "it may be there only once"
        raise excess.invalid(what)
    content = tuple(field.kind.read(each) for each in found)
    for each in found:
        branch.left.extend(each.leaves(f"{field.path}/"))
    if field.most:
        return content
    return content[0] if content else None


def _write(element: etree._Element, field: Field, part: Any) -> None:
    members = part if field.most else (() if part is None else (part,))
    if not field.least <= len(members) <= (field.most or 1):
        raise ValueError(f"{place(element)}/{field.path}: {len(members)} are given")
    for member in members:
        field.kind.write(_element(element, field.path), member)


def _element(parent: etree._Element, path: str) -> etree._Element:
    """A new element at `path`; those on the way to it are shared with what was written last."""
    if path == _SELF:
        return parent
    *steps, last = path.split("/")
    namespace = etree.QName(parent).namespace
    for step in steps:
        tag = f"{{{namespace}}}{step}"
        at_end = len(parent) > 0 and parent[-1].tag == tag
        parent = parent[-1] if at_end else etree.SubElement(parent, tag)
    return etree.SubElement(parent, f"{{{namespace}}}{last}")


def build(message: str, body: str, shape: Shape[T], content: T) -> bytes:
    """A document of `message`, in UTF-8, whose element `body` holds `content`."""
    namespace = _PREFIX + message
    names = {None: namespace}
    root = etree.Element(f"{{{namespace}}}Document", nsmap=names)  # type: ignore[arg-type]
    shape.write(etree.SubElement(root, f"{{{namespace}}}{body}"), content)
    return etree.tostring(root, xml_declaration=True, encoding="UTF-8")


class Message(Generic[T]):
    """A message by its names in ISO 20022 (`pacs.004.001.09`, `PmtRtr`) and its shape."""

    def __init__(self, name: str, body: str, shape: Shape[T]) -> None:
        self.name = name
        self._body = body
        self._shape = shape

    def build(self, content: T) -> bytes:
        """The message in UTF-8, the same bytes for the same content.

        `ValueError` names an element whose content the schema would not take.
        """
        return build(self.name, self._body, self._shape, content)

    def read(self, content: bytes, *, max_bytes: int = MAX_BYTES) -> T:
        """The message in `content`.

        Raises `MessageTooLarge`, `MalformedMessage`, `UnsupportedMessage`, or `InvalidMessage`
        that names the first element which is missing, twice there, or not of its kind.
        """
        document = parsed(
            content, supported=(self.name,), max_bytes=max_bytes, max_elements=MAX_ELEMENTS
        )
        root = grow(document.root, parent=Branch(""))
        if len(document.root) != 1 or self._body not in root.children:
            raise root.invalid(f"it must hold {self._body} and nothing else")
        return self._shape.read(root.children[self._body][0])
