"""The UK's consolidated list of financial sanctions targets: `conlist.csv`, format of 2022.

One row is one name of a target; rows of one target share its Group ID. The first line is the date
of the list, the second the header. It was published until January 2026; what is now in force is in
`uksl`.
"""

from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence

from remit.screening.lists.countries import codes
from remit.screening.lists.errors import MalformedList
from remit.screening.lists.tables import decoded, part, several, table, years
from remit.screening.model import Entry, EntryKind, Name, Quality, entry

SOURCE = "uk"
FILES = ("conlist.csv",)

_KINDS: Mapping[str, EntryKind] = {"individual": "individual", "entity": "entity", "ship": "vessel"}
_NAMES = ("Name 1", "Name 2", "Name 3", "Name 4", "Name 5", "Name 6")  # 6 is the family name
_OTHERS = ("DOB", "Nationality", "Country", "Group Type", "Alias Type", "Alias Quality")
_MORE = ("Name Non-Latin Script", "Regime", "Group ID")
_NEEDED = (*_NAMES, *_OTHERS, *_MORE)


def read(parts: Mapping[str, bytes]) -> Iterator[Entry]:
    """The list's entries. Raises `MalformedList` or `ListTooLarge`."""
    name = FILES[0]
    text = decoded(name, part(parts, name), "utf-8")
    groups: dict[str, list[Mapping[str, str]]] = defaultdict(list)
    for row in table(name, text, _NEEDED, title_rows=1):
        groups[row["Group ID"]].append(row)
    for identifier, rows in groups.items():
        yield _entry(name, identifier, rows)


def _entry(file: str, identifier: str, rows: Sequence[Mapping[str, str]]) -> Entry:
    kinds = {row["Group Type"].casefold() for row in rows}
    names = [name for row in rows for name in _names(row)]
    if not identifier or len(kinds) != 1 or not kinds <= _KINDS.keys() or not names:
        raise MalformedList(
            f"{file}: group {identifier or '?'} has no name or no single known type"
        )
    return entry(
        source=SOURCE,
        id=identifier,
        kind=_KINDS[kinds.pop()],
        names=tuple(names),
        birth_years=tuple(
            year for row in rows for one in several(row["DOB"]) for year in years(one)
        ),
        nationalities=codes(one for row in rows for one in several(row["Nationality"])),
        countries=codes(one for row in rows for one in several(row["Country"])),
        programmes=tuple(row["Regime"] for row in rows if row["Regime"]),
    )


def _names(row: Mapping[str, str]) -> list[Name]:
    text = " ".join(filter(None, (row[column] for column in _NAMES)))
    quality: Quality = "strong"
    if row["Alias Type"].casefold() == "primary name":
        quality = "primary"
    elif row["Alias Quality"].casefold().startswith("low"):
        quality = "weak"
    found = [Name(text=text, quality=quality)] if text else []
    if original := row["Name Non-Latin Script"]:
        found.append(Name(text=original, quality="strong"))
    return found
