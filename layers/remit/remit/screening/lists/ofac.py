"""The US Treasury's SDN list: SDN.CSV, ALT.CSV and ADD.CSV, laid out as OFAC's dat_spec says.

Weak aliases are those that the remarks give in quotation marks; ALT.CSV has the others.
"""

import re
from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence

from remit.screening.lists.countries import codes
from remit.screening.lists.errors import MalformedList
from remit.screening.lists.tables import decoded, part, rows, years
from remit.screening.model import Entry, EntryKind, Name, entry

SOURCE = "ofac"
FILES = ("sdn.csv", "alt.csv", "add.csv")

_ENCODING = "iso-8859-1"
_KINDS: Mapping[str, EntryKind] = {
    "": "entity",
    "individual": "individual",
    "vessel": "vessel",
    "aircraft": "aircraft",
}
_NOTHING = frozenset({"-0-", "-0", ""})
_ALIASES = frozenset({"aka", "fka", "nka"})
_BIRTH = re.compile(r"\bDOB ([^;]{1,80})")
_COUNTRY = re.compile(r"\b(?:nationality|citizen) ([^;.]{1,80})")
_WEAK = re.compile(r"\b[afn]\.k\.a\. '([^';]{1,200})'")


def read(parts: Mapping[str, bytes]) -> Iterator[Entry]:
    """The list's entries. Raises `MalformedList` or `ListTooLarge`."""
    aliases = _by_entry(parts, "alt.csv", columns=5)
    addresses = _by_entry(parts, "add.csv", columns=6)
    seen: dict[str, Sequence[str]] = {}
    for row in _rows(parts, "sdn.csv", columns=12):
        identifier = row[0]
        if identifier in seen:
            if seen[identifier] != row:
                raise MalformedList(f"sdn.csv: entry {identifier} is there twice, and differs")
            continue
        seen[identifier] = row
        yield _entry(row, aliases.pop(identifier, []), addresses.pop(identifier, []))
    for name, left in (("alt.csv", aliases), ("add.csv", addresses)):
        if left:
            raise MalformedList(f"{name}: entry {min(left)} is not in sdn.csv")


def _rows(parts: Mapping[str, bytes], name: str, *, columns: int) -> Iterator[Sequence[str]]:
    text = decoded(name, part(parts, name), _ENCODING)
    for row in rows(name, text, columns):
        plain = ["" if field in _NOTHING else field for field in row]
        if not plain[0].isdecimal():
            raise MalformedList(f"{name}: a row does not begin with an entry's number")
        yield plain


def _by_entry(
    parts: Mapping[str, bytes], name: str, *, columns: int
) -> dict[str, list[Sequence[str]]]:
    found: dict[str, list[Sequence[str]]] = defaultdict(list)
    for row in _rows(parts, name, columns=columns):
        found[row[0]].append(row)
    return dict(found)


def _entry(
    row: Sequence[str], aliases: Sequence[Sequence[str]], addresses: Sequence[Sequence[str]]
) -> Entry:
    identifier, name, kind, programmes, remarks = row[0], row[1], row[2], row[3], row[11]
    if kind not in _KINDS or not name:
        raise MalformedList(f"sdn.csv: entry {identifier} has no name, or a kind that is unknown")
    if any(alias[2] not in _ALIASES or not alias[3] for alias in aliases):
        raise MalformedList(f"alt.csv: entry {identifier} has an alias of no known kind")
    names = [Name(text=name, quality="primary")]
    names += [Name(text=alias[3], quality="strong") for alias in aliases]
    names += [Name(text=weak, quality="weak") for weak in _WEAK.findall(remarks)]
    return entry(
        source=SOURCE,
        id=identifier,
        kind=_KINDS[kind],
        names=tuple(names),
        birth_years=tuple(year for text in _BIRTH.findall(remarks) for year in years(text)),
        nationalities=codes(_COUNTRY.findall(remarks)),
        countries=codes(address[4] for address in addresses),
        programmes=tuple(one.strip() for one in programmes.split("] [") if one.strip()),
    )
