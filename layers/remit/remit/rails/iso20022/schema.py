"""Holds a message against its XML schema, stopping at the first fault.

The message is streamed once more for it. Given a whole tree, libxml2 collects every fault and
walks all earlier siblings for each: a 3 MB file of empty elements took it six minutes.
"""

import re
from collections.abc import Iterable
from contextlib import suppress
from functools import cache
from importlib.util import find_spec
from itertools import chain
from pathlib import Path
from typing import NamedTuple

from lxml import etree

from remit.rails.iso20022.errors import InvalidMessage
from remit.rails.iso20022.parser import SAFE

_CHUNK_BYTES = 32 * 1024
_REPEATED = frozenset({"PmtInf", "CdtTrfTxInf"})

_FAULTS = {
    "SCHEMAV_ELEMENT_CONTENT": "this does not follow the schema's order",
    "SCHEMAV_CVC_COMPLEX_TYPE_2_3": "text is not allowed here",
    "SCHEMAV_CVC_COMPLEX_TYPE_3_2_1": "the attribute is not allowed",
    "SCHEMAV_CVC_COMPLEX_TYPE_4": "a required attribute is missing",
    "SCHEMAV_CVC_DATATYPE_VALID_1_2_1": "the value is not of the type that the schema asks for",
    "SCHEMAV_CVC_ENUMERATION_VALID": "the value is not one of the schema's codes",
    "SCHEMAV_CVC_FRACTIONDIGITS_VALID": "the number has too many decimals",
    "SCHEMAV_CVC_MAXLENGTH_VALID": "the value is too long",
    "SCHEMAV_CVC_MININCLUSIVE_VALID": "the number is too small",
    "SCHEMAV_CVC_MINLENGTH_VALID": "the value is too short",
    "SCHEMAV_CVC_PATTERN_VALID": "the value has not the form that the schema asks for",
    "SCHEMAV_CVC_TOTALDIGITS_VALID": "the number has too many digits",
}
_ELEMENT = re.compile(r"Element '(?:\{[^}]*\})?([^']*)'")
_TAG_END = re.compile(b">")
_NAMESPACE = re.compile(r"\{[^}]*\}")


def check(content: bytes, message: str) -> None:
    """Hold `content`, well-formed UTF-8, against the schema of `message` (`pain.001.001.09`).

    Raises `InvalidMessage` with the first place that breaks it.
    """
    schema = _schema(message)
    ends = range(_CHUNK_BYTES, len(content) + _CHUNK_BYTES, _CHUNK_BYTES)
    chunk = _first_fault(content, ends, schema)
    if chunk is None:
        return
    # While it streams, libxml2 says what is wrong but not where. So the chunk is fed again tag by
    # tag: the fault lies at the last element of what had been read when it showed.
    tag_ends = (tag.end() for tag in _TAG_END.finditer(content, chunk.start))
    tag = _first_fault(content, chain([chunk.start], tag_ends), schema)
    raise _invalid(content, tag or chunk)


class _Fault(NamedTuple):
    """A fault, and the piece of the message at which it showed."""

    start: int
    end: int
    kind: str
    sentence: str


def _first_fault(content: bytes, ends: Iterable[int], schema: etree.XMLSchema) -> _Fault | None:
    """The first fault of `content`, read in pieces that end at `ends`."""
    reader = etree.XMLParser(**SAFE, schema=schema)
    start = 0
    for end in ends:
        reader.feed(content[start:end])
        for entry in reader.feed_error_log:
            with suppress(etree.XMLSyntaxError):
                reader.close()  # left open, lxml would never free what has been read
            return _Fault(start, end, entry.type_name, entry.message)
        start = end
    reader.close()
    return None


@cache
def _schema(message: str) -> etree.XMLSchema:
    """Compiled once for each process, when first needed: 2 ms."""
    package = find_spec("sepaxml")  # only found, never imported: it would bring xmlschema along
    if package is None or package.origin is None:
        raise ModuleNotFoundError("sepaxml, which carries the ISO 20022 schemas", name="sepaxml")
    path = Path(package.origin).with_name("schemas") / f"{message}.xsd"
    return etree.XMLSchema(etree.fromstring(path.read_bytes()))


def _invalid(content: bytes, fault: _Fault) -> InvalidMessage:
    named = _ELEMENT.match(fault.sentence)
    element = _last(content[: fault.end], name=named[1] if named else "")
    what = _FAULTS.get(fault.kind, "this does not follow the schema")
    # Only this kind's sentence ends in names from the schema; others may quote the message.
    if fault.kind == "SCHEMAV_ELEMENT_CONTENT":
        what += f" ({_NAMESPACE.sub('', fault.sentence.rpartition(': ')[2])})"
    detail = f"Line {element.sourceline}: {what}"
    return InvalidMessage(
        detail, errors=[{"pointer": _pointer(element), "detail": detail}], reason="FF01"
    )


def _last(content: bytes, *, name: str) -> etree._Element:
    """The last element called `name` that `content`, the beginning of a message, has."""
    element = etree.fromstring(content, etree.XMLParser(**SAFE, recover=True))
    while len(element):
        element = element[-1]
    lineage = (element, *element.iterancestors())
    return next((each for each in lineage if etree.QName(each).localname == name), element)


def _pointer(element: etree._Element) -> str:
    """Where `element` is: `/Document/CstmrCdtTrfInitn/PmtInf[1]/CdtTrfTxInf[3]/Amt`."""
    steps = []
    for each in (element, *element.iterancestors()):
        name = etree.QName(each).localname
        place = 1 + sum(1 for _ in each.itersiblings(each.tag, preceding=True))
        steps.append(f"{name}[{place}]" if place > 1 or name in _REPEATED else name)
    return "/" + "/".join(reversed(steps))
