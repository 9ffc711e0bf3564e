"""Machine-readable zones: the specimens of ICAO Doc 9303, and whatever is wrong with them."""

from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from remit.customers.documents import InvalidZone, check_digit, read_zone

TODAY = date(2026, 11, 24)
PASSPORT = (
    "P<UTOERIKSSON<<ANNA<MARIA<<<<<<<<<<<<<<<<<<<\nL898902C36UTO7408122F1204159ZE184226B<<<<<10"
)
CARD = (
    "I<UTOD231458907<<<<<<<<<<<<<<<\n7408122F1204159UTO<<<<<<<<<<<6\nERIKSSON<<ANNA<MARIA<<<<<<<<<<"
)
VISA_SIZED = "I<UTOERIKSSON<<ANNA<MARIA<<<<<<<<<<<\nD231458907UTO7408122F1204159<<<<<<<6"


def read(text):
    return read_zone(text, today=TODAY)


@pytest.mark.parametrize(
    ("text", "number"), [(PASSPORT, "L898902C3"), (CARD, "D23145890"), (VISA_SIZED, "D23145890")]
)
def test_the_specimens_are_read(text, number):
    zone = read(text)
    assert (zone.number, zone.birth_date, zone.expires_on) == (number, "1974-08-12", "2012-04-15")
    assert (zone.surname, zone.given_names) == ("ERIKSSON", "ANNA MARIA")
    assert zone.country is zone.nationality is None  # Utopia is no country


def test_a_number_longer_than_nine_goes_on_in_the_optional_data():
    number = "D23145890734"
    first = f"I<UTO{number[:9]}<{number[9:]}{check_digit(number)}".ljust(30, "<")
    second = "7408122F1204159UTO<<<<<<<<<<<"
    guarded = first[5:30] + second[0:7] + second[8:15] + second[18:29]
    text = f"{first}\n{second}{check_digit(guarded)}\nERIKSSON<<ANNA<MARIA<<<<<<<<<<"
    assert read(text).number == number


@pytest.mark.parametrize(("code", "country"), [("D<<", "DE"), ("FRA", "FR"), ("GBR", "GB")])
def test_countries_are_told_by_two_letters(code, country):
    zone = read(PASSPORT.replace("P<UTO", f"P<{code}", 1))
    assert zone.country == country


@pytest.mark.parametrize(
    ("birth", "expected"),
    [("000101", "2000-01-01"), ("261123", "2026-11-23"), ("270101", "1927-01-01")],
)
def test_a_birth_lies_in_the_past(birth, expected):
    second = f"L898902C36UTO{birth}{check_digit(birth)}F1204159ZE184226B<<<<<1"
    guarded = second[0:10] + second[13:20] + second[21:43]
    zone = read(PASSPORT.splitlines()[0] + "\n" + second + check_digit(guarded))
    assert zone.birth_date == expected


@pytest.mark.parametrize("text", [PASSPORT, CARD, VISA_SIZED])
@given(data=st.data())
def test_one_digit_changed_is_found(text, data):
    lines = text.splitlines()
    guarded = [
        (row, place)
        for row, line in enumerate(lines)
        for place, each in enumerate(line)
        if each.isdecimal()
    ]
    row, place = data.draw(st.sampled_from(guarded))
    other = data.draw(st.sampled_from([d for d in "0123456789" if d != lines[row][place]]))
    lines[row] = lines[row][:place] + other + lines[row][place + 1 :]
    with pytest.raises(InvalidZone):
        read("\n".join(lines))


@pytest.mark.parametrize(
    ("text", "says"),
    [
        ("", "2 lines"),
        ("P<UTO", "2 lines"),
        (PASSPORT + "\n" + "<" * 44, "2 lines"),
        (PASSPORT.lower(), "capital letters"),
        (PASSPORT.replace("ANNA", "ÄNNA"), "capital letters"),
        (PASSPORT.replace("L898902C3", "L898902C4"), "number"),
        (PASSPORT.replace("740812", "740813"), "birth date"),
        (PASSPORT.replace("120415", "120416"), "expiry date"),
        (PASSPORT.replace("ZE184226B", "ZE184226C"), "whole"),
        (
            "<" * 44
            + "\n"
            + "<" * 9
            + "0"
            + "<" * 3
            + "<" * 6
            + "0<"
            + "<" * 6
            + "0"
            + "<" * 15
            + "0",
            "not complete",
        ),
    ],
)
def test_what_is_wrong_is_named(text, says):
    with pytest.raises(InvalidZone, match=says):
        read(text)


def test_a_day_that_no_calendar_has_is_refused():
    birth = "741301"
    second = f"L898902C36UTO{birth}{check_digit(birth)}F1204159ZE184226B<<<<<1"
    guarded = second[0:10] + second[13:20] + second[21:43]
    with pytest.raises(InvalidZone, match="calendar"):
        read(PASSPORT.splitlines()[0] + "\n" + second + check_digit(guarded))
