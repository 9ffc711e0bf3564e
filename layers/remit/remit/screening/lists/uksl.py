"""The UK Sanctions List, which the Foreign Office publishes: `UK-Sanctions-List.xml`.

A `Designation` has its names in parts, the family name or the whole one as `Name6`, with a
`NameType` whose spelling varies, and the `AliasStrength` of those that the UN calls weak.
"""

from collections.abc import Iterator, Mapping

from lxml import etree

from remit.screening.lists.countries import codes
from remit.screening.lists.documents import elements, texts
from remit.screening.lists.errors import MalformedList
from remit.screening.lists.tables import part, several, years
from remit.screening.model import Entry, EntryKind, Name, Quality, entry

SOURCE = "uksl"
FILES = ("uk-sanctions-list.xml",)

_KINDS: Mapping[str, EntryKind] = {"individual": "individual", "entity": "entity", "ship": "vessel"}
_PARTS = ("Name1", "Name2", "Name3", "Name4", "Name5", "Name6")
_PERSON = "IndividualDetails/Individual"
_ORIGINAL = ("NonLatinNames/NonLatinName/NameNonLatinScript", "NonLatinNames/NameNonLatinScript")


def read(parts: Mapping[str, bytes]) -> Iterator[Entry]:
    """The list's entries. Raises `MalformedList` or `ListTooLarge`."""
    name = FILES[0]
    for element in elements(name, part(parts, name), "Designations", "Designation"):
        yield _entry(name, element)


def _entry(file: str, element: etree._Element) -> Entry:
    where = f"{file}, line {element.sourceline}"
    identifier, kinds = texts(element, "UniqueID"), texts(element, "IndividualEntityShip")
    if len(identifier) != 1:
        raise MalformedList(f"{where}: a Designation without a UniqueID of its own")
    if len(kinds) != 1 or kinds[0].casefold() not in _KINDS:
        raise MalformedList(f"{where}: a Designation of no known IndividualEntityShip")
    names = [one for one in map(_name, element.iterfind("{*}Names/{*}Name")) if one.text]
    if not names:
        raise MalformedList(f"{where}: a Designation without a name")
    names += [
        Name(text=text, quality="strong") for path in _ORIGINAL for text in texts(element, path)
    ]
    births = [one for text in texts(element, f"{_PERSON}/DOBs/DOB") for one in several(text)]
    return entry(
        source=SOURCE,
        id=identifier[0],
        kind=_KINDS[kinds[0].casefold()],
        names=tuple(names),
        birth_years=tuple(year for one in births for year in years(one)),
        nationalities=codes(
            one
            for text in texts(element, f"{_PERSON}/Nationalities/Nationality")
            for one in several(text)
        ),
        countries=codes(texts(element, "Addresses/Address/AddressCountry")),
        programmes=tuple(texts(element, "RegimeName")),
    )


def _name(element: etree._Element) -> Name:
    text = " ".join(text for one in _PARTS for text in texts(element, one))
    quality: Quality = "strong"
    if [one.casefold() for one in texts(element, "NameType")] == ["primary name"]:
        quality = "primary"
    elif any(one.casefold().startswith("low") for one in texts(element, "AliasStrength")):
        quality = "weak"
    return Name(text=text, quality=quality)
