"""The EU's consolidated financial sanctions list: `full.xml`, schema version 1.1 (namespace
`http://eu.europa.ec/fpi/fsd/export`).
"""

from collections.abc import Iterator, Mapping

from lxml import etree

from remit.screening.lists.countries import codes
from remit.screening.lists.documents import elements
from remit.screening.lists.errors import MalformedList
from remit.screening.lists.tables import part, years
from remit.screening.model import Entry, EntryKind, Name, Quality, entry

SOURCE = "eu"
FILES = ("full.xml",)

_KINDS: Mapping[str, EntryKind] = {"person": "individual", "enterprise": "entity"}


def read(parts: Mapping[str, bytes]) -> Iterator[Entry]:
    """The list's entries. Raises `MalformedList` or `ListTooLarge`."""
    name = FILES[0]
    for element in elements(name, part(parts, name), "export", "sanctionEntity"):
        yield _entry(name, element)


def _entry(file: str, element: etree._Element) -> Entry:
    where = f"{file}, line {element.sourceline}"
    identifier = element.get("logicalId", "")
    kinds = _given(element, "subjectType", "code")
    if not identifier or len(kinds) != 1 or kinds[0] not in _KINDS:
        raise MalformedList(f"{where}: a sanctionEntity without logicalId or known subjectType")
    names = [one for one in map(_name, element.iterfind("{*}nameAlias")) if one.text]
    if not names:
        raise MalformedList(f"{where}: a sanctionEntity without a name")
    # The first strong name is the one that the Union publishes the entry under.
    main = next((at for at, one in enumerate(names) if one.quality == "strong"), 0)
    names[main] = Name(text=names[main].text, quality="primary")
    return entry(
        source=SOURCE,
        id=identifier,
        kind=_KINDS[kinds[0]],
        names=tuple(names),
        birth_years=tuple(
            year for birth in element.iterfind("{*}birthdate") for year in _born(birth)
        ),
        nationalities=codes(_given(element, "citizenship", "countryIso2Code")),
        countries=codes(_given(element, "address", "countryIso2Code")),
        programmes=tuple(_given(element, "regulation", "programme")),
    )


def _given(element: etree._Element, child: str, attribute: str) -> list[str]:
    found = (one.get(attribute, "").strip() for one in element.iterfind(f"{{*}}{child}"))
    return [text for text in found if text]


def _name(alias: etree._Element) -> Name:
    parts = (alias.get(one, "") for one in ("firstName", "middleName", "lastName"))
    whole = alias.get("wholeName", "").strip() or " ".join(filter(None, parts))
    quality: Quality = "weak" if alias.get("strong", "").strip() == "false" else "strong"
    return Name(text=" ".join(whole.split()), quality=quality)


def _born(birth: etree._Element) -> tuple[int, ...]:
    about = " circa" if birth.get("circa", "").strip() == "true" else ""
    span = [birth.get(one, "") for one in ("yearRangeFrom", "yearRangeTo")]
    # Of a span that is open at one end nobody can say which years are in it: it says nothing.
    if any(span):
        return years(" to ".join(span) + about) if all(span) else ()
    return years((birth.get("year") or birth.get("birthdate") or "") + about)
