"""Travel documents: what a machine-readable zone says, and whether its check digits are right.

ICAO Doc 9303 part 3 (check digits), part 4 (TD3, passports), part 5 (TD1, cards) and part 6 (TD2).
Pure: nothing is known here of today, or of whether the document was ever issued.
"""

from datetime import date

from remit.kernel.countries import ALPHA_2
from remit.kernel.value import value

_WEIGHTS = (7, 3, 1)
_CENTURY = 100
_GERMANY = "D"
"""Germany alone is written with one letter (Doc 9303 part 3 §5)."""

Span = tuple[int, int, int]
"""Line, first character, and the one after the last."""


class InvalidZone(ValueError):
    """The machine-readable zone is not one, or one of its check digits is wrong; says which."""


@value
class _Layout:
    """Where a format keeps its fields. Check digits follow the field they guard."""

    lines: int
    width: int
    number: Span
    nationality: Span
    birth_date: Span
    expires_on: Span
    guarded: tuple[Span, ...]
    """What the composite check digit, the last but possibly followed by names, covers."""
    composite: Span
    names: Span


_TD3 = _Layout(
    lines=2,
    width=44,
    number=(1, 0, 9),
    nationality=(1, 10, 13),
    birth_date=(1, 13, 19),
    expires_on=(1, 21, 27),
    guarded=((1, 0, 10), (1, 13, 20), (1, 21, 43)),
    composite=(1, 43, 44),
    names=(0, 5, 44),
)
_TD2 = _Layout(
    lines=2,
    width=36,
    number=(1, 0, 9),
    nationality=(1, 10, 13),
    birth_date=(1, 13, 19),
    expires_on=(1, 21, 27),
    guarded=((1, 0, 10), (1, 13, 20), (1, 21, 35)),
    composite=(1, 35, 36),
    names=(0, 5, 36),
)
_TD1 = _Layout(
    lines=3,
    width=30,
    number=(0, 5, 14),
    nationality=(1, 15, 18),
    birth_date=(1, 0, 6),
    expires_on=(1, 8, 14),
    guarded=((0, 5, 30), (1, 0, 7), (1, 8, 15), (1, 18, 29)),
    composite=(1, 29, 30),
    names=(2, 0, 30),
)
_LAYOUTS = {(layout.lines, layout.width): layout for layout in (_TD3, _TD2, _TD1)}


@value
class Zone:
    """What a machine-readable zone says. Countries are ISO alpha-2, None where there is none."""

    country: str | None
    number: str
    nationality: str | None
    birth_date: str
    expires_on: str
    surname: str
    given_names: str


def read_zone(text: str, *, today: date) -> Zone:
    """The zone in `text`, its lines parted by newlines. Raises `InvalidZone`.

    Years have two digits in it: a birth lies in the past, and an expiry from 50 years before
    `today` to 50 years after it.
    """
    lines = [line.strip() for line in text.strip().splitlines()]
    layout = _LAYOUTS.get((len(lines), len(lines[0]) if lines else 0))
    if layout is None or any(len(line) != layout.width for line in lines):
        raise InvalidZone("must be 2 lines of 44 or 36 characters, or 3 lines of 30")
    if not all(each in _VALUES for line in lines for each in line):
        raise InvalidZone("may hold capital letters, digits and < only")
    number = _number(lines, layout)
    for name, span in (("birth date", layout.birth_date), ("expiry date", layout.expires_on)):
        _check(name, _cut(lines, span), _digit_after(lines, span))
    _check(
        "whole", "".join(_cut(lines, one) for one in layout.guarded), _cut(lines, layout.composite)
    )
    surname, _, given = _cut(lines, layout.names).partition("<<")
    return Zone(
        country=_country(lines[0][2:5]),
        number=number,
        nationality=_country(_cut(lines, layout.nationality)),
        birth_date=_date(_cut(lines, layout.birth_date), today, latest=today.year),
        expires_on=_date(_cut(lines, layout.expires_on), today, latest=today.year + 50),
        surname=_words(surname),
        given_names=_words(given),
    )


def check_digit(text: str) -> str:
    """The check digit of `text`: weights 7, 3, 1, modulo 10 (Doc 9303 part 3 §4.9)."""
    total = sum(_VALUES[each] * _WEIGHTS[place % 3] for place, each in enumerate(text))
    return str(total % 10)


_VALUES = {"<": 0} | {each: int(each, 36) for each in "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ"}


def _number(lines: list[str], layout: _Layout) -> str:
    text, digit = _cut(lines, layout.number), _digit_after(lines, layout.number)
    if digit == "<" and layout is _TD1:
        # A longer number goes on in the optional data, its check digit last (part 5 §4.2.2 note j).
        rest, _, _ = lines[0][15:30].partition("<")
        if len(rest) > 1:
            text, digit = text + rest[:-1], rest[-1]
    _check("number", text, digit)
    return text.rstrip("<")


def _check(name: str, text: str, digit: str) -> None:
    if digit != check_digit(text):
        raise InvalidZone(f"the check digit of the {name} is wrong")


def _cut(lines: list[str], span: Span) -> str:
    line, begin, end = span
    return lines[line][begin:end]


def _digit_after(lines: list[str], span: Span) -> str:
    line, _, end = span
    return lines[line][end]


def _country(code: str) -> str | None:
    letters = code.rstrip("<")
    return "DE" if letters == _GERMANY else ALPHA_2.get(letters)


def _date(text: str, today: date, *, latest: int) -> str:
    if not text.isdecimal():
        raise InvalidZone("a date is not complete")
    year = today.year // _CENTURY * _CENTURY + _CENTURY + int(text[:2])
    while year > latest:
        year -= _CENTURY
    try:
        return date(year, int(text[2:4]), int(text[4:6])).isoformat()
    except ValueError:
        raise InvalidZone("a date is none of the calendar") from None


def _words(text: str) -> str:
    return " ".join(text.replace("<", " ").split())
