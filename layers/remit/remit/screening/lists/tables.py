"""CSV that others publish: one decoding, a fixed number of columns, limits; or what is wrong where.

Nothing is skipped in silence: a row of another shape refuses the file.
"""

import csv
import io
import re
from collections.abc import Iterator, Mapping, Sequence

from remit.screening.lists.errors import ListTooLarge, MalformedList

MAX_BYTES = 64 * 1024 * 1024
MAX_FIELD = 65_536
_YEAR = re.compile(r"(?<!\d)(1[89]\d\d|20\d\d)(?!\d)", re.ASCII)
_ABOUT = re.compile(r"\b(?:circa|approx\w*|about|around)\b|\bc\.", re.ASCII | re.IGNORECASE)
_LONGEST_RANGE = 20
_NUMBER = re.compile(r"\(\d{1,2}\)", re.ASCII)


def part(parts: Mapping[str, bytes], name: str) -> bytes:
    """The file `name` of a list. Raises `MalformedList` when it is not there, or is empty."""
    content = parts.get(name)
    if not content:
        raise MalformedList(f"{name} is missing or empty")
    if len(content) > MAX_BYTES:
        raise ListTooLarge(f"{name} has {len(content)} bytes; {MAX_BYTES} are read")
    return content


def decoded(name: str, content: bytes, encoding: str) -> str:
    """`content` as text, without its byte order mark. What is not in `encoding` is refused."""
    try:
        text = content.decode(encoding).removeprefix("\ufeff")
    except UnicodeDecodeError as error:
        raise MalformedList(f"{name}: byte {error.start} is not {encoding.upper()}") from None
    if "\0" in text:
        raise MalformedList(f"{name}: character {text.index(chr(0))} is NUL")
    return text


def rows(name: str, text: str, columns: int, *, above: int = 0) -> Iterator[Sequence[str]]:
    """The rows of a CSV, each with `columns` fields, stripped; `above` lines of the file precede.

    White space within a field is one space, also where it was a line break.
    """
    # The longest field that the reader takes is a setting of the whole process.
    csv.field_size_limit(MAX_FIELD)
    reader = csv.reader(io.StringIO(text.rstrip("\x1a\r\n")), strict=True)
    try:
        for row in reader:
            if len(row) != columns:
                raise MalformedList(
                    f"{name}, line {above + reader.line_num}: {len(row)} columns, not {columns}"
                )
            yield [" ".join(field.split()) for field in row]
    except csv.Error:
        raise MalformedList(f"{name}, line {above + reader.line_num}: not CSV") from None


def table(
    name: str, text: str, needed: Sequence[str], *, title_rows: int = 0
) -> Iterator[Mapping[str, str]]:
    """The rows of a CSV with a header, by column name; `needed` columns must be there, once.

    Other columns may come and go, and the order of columns does not count.
    """
    body = text.split("\n", title_rows)[-1] if title_rows else text
    header = next(csv.reader(io.StringIO(body.partition("\n")[0].strip("\r"))), [])
    columns = [column.strip() for column in header]
    for column in needed:
        if columns.count(column) != 1:
            how = "there more than once" if column in columns else "missing"
            raise MalformedList(f"{name}: the column {column!r} is {how}")
    for number, row in enumerate(rows(name, body, len(columns), above=title_rows)):
        if number:
            yield dict(zip(columns, row, strict=True))


def years(text: str) -> tuple[int, ...]:
    """Every year that a date in words may mean: `1955 to 1958` is four, `circa 1961` is three."""
    found = [int(year) for year in _YEAR.findall(text)]
    if len(found) == 2 and found[0] < found[1] <= found[0] + _LONGEST_RANGE:  # noqa: PLR2004
        found = list(range(found[0], found[1] + 1))
    about = (-1, 0, 1) if _ABOUT.search(text) else (0,)
    return tuple(sorted({year + by for year in found for by in about}))


def several(text: str) -> list[str]:
    """`(1) Russia (2) Ukraine` as its parts; one thing as it is."""
    return [part for piece in _NUMBER.split(text) if (part := piece.strip())]
