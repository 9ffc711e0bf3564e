"""The UN Security Council's consolidated list: `consolidated.xml` (schema sc-sanctions)."""

from collections.abc import Iterator, Mapping

from lxml import etree

from remit.screening.lists.countries import codes
from remit.screening.lists.documents import elements, texts
from remit.screening.lists.errors import MalformedList
from remit.screening.lists.tables import part, years
from remit.screening.model import Entry, EntryKind, Name, Quality, entry

SOURCE = "un"
FILES = ("consolidated.xml",)

_KINDS: Mapping[str, EntryKind] = {"INDIVIDUAL": "individual", "ENTITY": "entity"}
_NAMES = ("FIRST_NAME", "SECOND_NAME", "THIRD_NAME", "FOURTH_NAME")


def read(parts: Mapping[str, bytes]) -> Iterator[Entry]:
    """The list's entries. Raises `MalformedList` or `ListTooLarge`."""
    name = FILES[0]
    for element in elements(name, part(parts, name), "CONSOLIDATED_LIST", *_KINDS):
        yield _entry(name, element)


def _entry(file: str, element: etree._Element) -> Entry:
    tag = str(element.tag)
    identifier = texts(element, "DATAID")
    name = " ".join(text for each in _NAMES for text in texts(element, each))
    if len(identifier) != 1 or not name:
        raise MalformedList(f"{file}, line {element.sourceline}: no DATAID or no name")
    names = [Name(text=name, quality="primary")]
    names += [Name(text=text, quality="strong") for text in texts(element, "NAME_ORIGINAL_SCRIPT")]
    names += [alias for each in element.iterfind(f"{tag}_ALIAS") for alias in _aliases(each)]
    births = [year for each in element.iterfind(f"{tag}_DATE_OF_BIRTH") for year in _born(each)]
    used = texts(element, f"{tag}_ALIAS/DATE_OF_BIRTH")
    return entry(
        source=SOURCE,
        id=identifier[0],
        kind=_KINDS[tag],
        names=tuple(names),
        birth_years=(*births, *(year for each in used for year in years(each))),
        nationalities=codes(texts(element, "NATIONALITY/VALUE")),
        countries=codes(texts(element, f"{tag}_ADDRESS/COUNTRY")),
        programmes=tuple(texts(element, "UN_LIST_TYPE")),
    )


def _aliases(alias: etree._Element) -> list[Name]:
    is_low = any(text.casefold() == "low" for text in texts(alias, "QUALITY"))
    quality: Quality = "weak" if is_low else "strong"
    # Some aliases are several in one, parted by semicolons.
    several = [one.strip() for text in texts(alias, "ALIAS_NAME") for one in text.split(";")]
    return [Name(text=one, quality=quality) for one in several if one]


def _born(birth: etree._Element) -> tuple[int, ...]:
    note = " ".join(texts(birth, "NOTE"))
    told = " ".join([*texts(birth, "TYPE_OF_DATE"), note]).casefold()
    about = " circa" if "approximately" in told else ""
    between = texts(birth, "FROM_YEAR") + texts(birth, "TO_YEAR")
    exact = texts(birth, "YEAR") + texts(birth, "DATE")
    # Some dates are in a note alone, such as `Nov. 1973`.
    return years(" to ".join(between or exact or [note]) + about)
