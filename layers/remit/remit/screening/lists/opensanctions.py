"""OpenSanctions' `targets.simple.csv`, here of politically exposed persons (its `peps` collection).

Lists inside a field are parted by semicolons, fields in quotes within them.
"""

import csv
from collections.abc import Iterator, Mapping

from remit.screening.lists.countries import codes
from remit.screening.lists.errors import MalformedList
from remit.screening.lists.tables import decoded, part, table, years
from remit.screening.model import Entry, EntryKind, Name, entry

SOURCE = "pep"
FILES = ("targets.simple.csv",)

_KINDS: Mapping[str, EntryKind] = {
    "Person": "individual",
    "Organization": "entity",
    "Company": "entity",
    "LegalEntity": "entity",
    "PublicBody": "entity",
    "Vessel": "vessel",
    "Airplane": "aircraft",
}
_NEEDED = ("id", "schema", "name", "aliases", "birth_date", "countries", "dataset")


def read(parts: Mapping[str, bytes]) -> Iterator[Entry]:
    """The list's entries. Raises `MalformedList` or `ListTooLarge`.

    Targets of other schemata (crypto wallets, securities) have no name to screen: left out.
    """
    name = FILES[0]
    text = decoded(name, part(parts, name), "utf-8")
    seen: set[str] = set()
    for row in table(name, text, _NEEDED):
        if row["schema"] not in _KINDS:
            continue
        if not row["id"] or row["id"] in seen or not row["name"]:
            raise MalformedList(f"{name}: a target without an id of its own, or without a name")
        seen.add(row["id"])
        yield _entry(row)


def _entry(row: Mapping[str, str]) -> Entry:
    aliases = [Name(text=one, quality="strong") for one in _several(row["aliases"])]
    return entry(
        source=SOURCE,
        id=row["id"],
        kind=_KINDS[row["schema"]],
        names=(Name(text=row["name"], quality="primary"), *aliases),
        birth_years=tuple(year for one in _several(row["birth_date"]) for year in years(one)),
        nationalities=codes(code.upper() for code in _several(row["countries"])),
        programmes=tuple(_several(row["dataset"])),
    )


def _several(text: str) -> list[str]:
    found = next(csv.reader([text], delimiter=";"), [])
    return [one.strip() for one in found if one.strip()]
