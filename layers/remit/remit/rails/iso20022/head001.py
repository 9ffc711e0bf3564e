"""head.001.001.02, the business application header, and the envelope that holds it with a message.

A scheme that uses the header sends both as one document: `wrap` and `unwrap` are for that.
"""

from lxml import etree

from remit.kernel.value import value
from remit.rails.iso20022 import shapes
from remit.rails.iso20022.branch import Branch, Leaf, grow
from remit.rails.iso20022.choices import Alternative
from remit.rails.iso20022.encoding import utf8
from remit.rails.iso20022.errors import UnsupportedMessage
from remit.rails.iso20022.kinds import CODE4, FLAG, MAX35, MOMENT, words
from remit.rails.iso20022.parser import parse
from remit.rails.iso20022.parts import Agent, Party
from remit.rails.iso20022.shape import MAX_BYTES, MAX_ELEMENTS, Shape, must, one

MESSAGE = "head.001.001.02"
NAMESPACE = f"urn:iso:std:iso:20022:tech:xsd:{MESSAGE}"
ENVELOPE = "urn:remit:xsd:envelope"


@value
class Header:
    """Who sends which message to whom. `created_at` is as written."""

    sender: Agent | Party
    receiver: Agent | Party
    id: str
    message: str
    created_at: str
    service: str | None = None
    copy: str | None = None
    possible_duplicate: bool | None = None
    priority: str | None = None
    rest: tuple[Leaf, ...] = ()


_ENDS = Alternative(("FIId", Agent, shapes.AGENT), ("OrgId", Party, shapes.PARTY))
_HEADER = Shape(
    Header,
    must("Fr", "sender", _ENDS),
    must("To", "receiver", _ENDS),
    must("BizMsgIdr", "id", MAX35),
    must("MsgDefIdr", "message", MAX35),
    one("BizSvc", "service", MAX35),
    must("CreDt", "created_at", MOMENT),
    one("CpyDplct", "copy", words("CODU", "COPY", "DUPL")),
    one("PssblDplct", "possible_duplicate", FLAG),
    one("Prty", "priority", CODE4),
)


def build(header: Header) -> bytes:
    """The header alone, in UTF-8; `ValueError` names an element that the schema would not take."""
    return etree.tostring(_element(header), xml_declaration=True, encoding="UTF-8")


def read(content: bytes) -> Header:
    """The header in `content`; the same refusals as for any message."""
    root = parse(utf8(content, max_bytes=MAX_BYTES, max_elements=MAX_ELEMENTS))
    if root.tag != f"{{{NAMESPACE}}}AppHdr":
        raise UnsupportedMessage(f"This is no business application header; send {MESSAGE}")
    return _HEADER.read(grow(root, parent=Branch("")))


def wrap(header: Header, message: bytes) -> bytes:
    """`header` and `message`, one that we built, as one document."""
    names = {None: ENVELOPE}
    root = etree.Element(f"{{{ENVELOPE}}}Envelope", nsmap=names)  # type: ignore[arg-type]
    root.append(_element(header))
    root.append(parse(utf8(message)))
    return etree.tostring(root, xml_declaration=True, encoding="UTF-8")


def unwrap(content: bytes, *, max_bytes: int = MAX_BYTES) -> tuple[Header | None, bytes]:
    """The header, if there is one, and the message, to be read by its own reader.

    Raises `MessageTooLarge`, `MalformedMessage`, `UnsupportedMessage` or `InvalidMessage`; the
    last, too, for a header that announces another message than the one that follows it.
    """
    root = parse(utf8(content, max_bytes=max_bytes, max_elements=MAX_ELEMENTS))
    if root.tag != f"{{{ENVELOPE}}}Envelope":
        return None, content
    names = [etree.QName(child).localname for child in root]
    if names != ["AppHdr", "Document"] or root[0].tag != f"{{{NAMESPACE}}}AppHdr":
        raise UnsupportedMessage(f"An envelope holds an AppHdr of {MESSAGE} and a Document")
    branch = grow(root[0], parent=Branch(""))
    header = _HEADER.read(branch)
    if not (etree.QName(root[1]).namespace or "").endswith(f":{header.message}"):
        raise branch.invalid("the message is another one", path="MsgDefIdr", reason="DT02")
    return header, etree.tostring(root[1], xml_declaration=True, encoding="UTF-8")


def _element(header: Header) -> etree._Element:
    names = {None: NAMESPACE}
    root = etree.Element(f"{{{NAMESPACE}}}AppHdr", nsmap=names)  # type: ignore[arg-type]
    _HEADER.write(root, header)
    return root
