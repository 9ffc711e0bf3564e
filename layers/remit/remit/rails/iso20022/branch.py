"""A message's elements as they are read: what is read is taken off, so what is left is known.

Nothing that a bank sends is passed over unseen: a reader gives what it knows and keeps the rest.
"""

from collections.abc import Iterator

from lxml import etree

from remit.kernel.value import value
from remit.rails.iso20022.errors import InvalidMessage

_SUPPLEMENT = "SplmtryData"  # the one place for elements of other namespaces


@value
class Leaf:
    """A text of a message that no field has a place for; `path` is relative to its holder."""

    path: str
    text: str


class Branch:
    """An element with its texts, attributes and children by name."""

    __slots__ = ("attributes", "children", "left", "name", "parent", "place", "text")

    def __init__(self, name: str, parent: "Branch | None" = None, place: int = 1) -> None:
        self.name = name
        self.parent = parent
        self.place = place
        self.text = ""
        self.attributes: dict[str, str] = {}
        self.children: dict[str, list[Branch]] = {}
        self.left: list[Leaf] = []

    @property
    def pointer(self) -> str:
        """Where the element is: `/Document/PmtRtr/TxInf[2]/OrgnlTxId`."""
        own = f"{self.name}[{self.place}]" if self.place > 1 else self.name
        return own if self.parent is None else f"{self.parent.pointer}/{own}"

    def words(self) -> str:
        """The element's text, taken off."""
        text, self.text = self.text, ""
        return text

    def take(self, path: str) -> list["Branch"]:
        """Every element at `path`, taken off; its leading steps may each be there only once."""
        *steps, last = path.split("/")
        holder: Branch | None = self
        for step in steps:
            found = holder.children.get(step, []) if holder else []
            if len(found) > 1:
                raise found[1].invalid("it may be there only once")
            holder = found[0] if found else None
        return holder.children.pop(last, []) if holder else []

    def leaves(self, prefix: str = "") -> Iterator[Leaf]:
        """What has not been read, in order of kind."""
        for name, text in self.attributes.items():
            yield Leaf(path=f"{prefix}@{name}", text=text)
        if self.text.strip():
            yield Leaf(path=prefix.rstrip("/") or ".", text=self.text)
        yield from (Leaf(path=prefix + leaf.path, text=leaf.text) for leaf in self.left)
        for name, members in self.children.items():
            for member in members:
                yield from member.leaves(f"{prefix}{name}/")

    def rest(self) -> tuple[Leaf, ...]:
        """What has not been read, taken off."""
        found = tuple(self.leaves())
        self.attributes, self.children, self.left, self.text = {}, {}, [], ""
        return found

    def invalid(self, what: str, *, path: str = "", reason: str = "FF01") -> InvalidMessage:
        """The refusal of this element, or of `path` in it. `what` may not quote the message."""
        pointer = f"{self.pointer}/{path}" if path else self.pointer
        detail = f"{pointer.rpartition('/')[2]}: {what}"
        return InvalidMessage(detail, errors=[{"pointer": pointer, "detail": what}], reason=reason)


def grow(element: etree._Element, *, parent: Branch | None = None, place: int = 1) -> Branch:
    """`element` and all inside it; `InvalidMessage` for mixed text and foreign elements."""
    tag = etree.QName(element)
    branch = Branch(tag.localname, parent, place)
    # Attributes of other namespaces (xsi:schemaLocation) are notes to parsers, not content.
    branch.attributes = {
        str(name): str(text) for name, text in element.attrib.items() if str(name)[0] != "{"
    }
    branch.text = element.text or ""
    for child in element:
        name = etree.QName(child)
        members = branch.children.setdefault(name.localname, [])
        grown = grow(child, parent=branch, place=len(members) + 1)
        if name.namespace != tag.namespace and not _supplementary(branch):
            raise grown.invalid("elements of other namespaces are not allowed here")
        if (child.tail or "").strip():
            raise branch.invalid("text is not allowed here")
        members.append(grown)
    if branch.children and branch.words().strip():
        raise branch.invalid("text is not allowed here")
    return branch


def _supplementary(branch: Branch) -> bool:
    at: Branch | None = branch
    while at is not None and at.name != _SUPPLEMENT:
        at = at.parent
    return at is not None
