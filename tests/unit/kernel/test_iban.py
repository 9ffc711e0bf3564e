"""IBANs: the registry's examples pass; one slip of the pen does not."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from remit.kernel.iban import iban, is_iban

# The SWIFT IBAN registry's own example for each of these countries.
EXAMPLES = (
    "NO9386011117947",
    "BE68539007547034",
    "NL91ABNA0417164300",
    "DK5000400440116243",
    "FI2112345600000785",
    "SI56263300012039086",
    "AT611904300234573201",
    "XK051212012345678906",
    "CH9300762011623852957",
    "LV80BANK0000435195001",
    "DE89370400440532013000",
    "GB29NWBK60161331926819",
    "IE29AIBK93115212345678",
    "AE070331234567890123456",
    "IL620108000000099999999",
    "ES9121000418450200051332",
    "SE4550000000058398257466",
    "PT50000201231234567890154",
    "TR330006100519786457841326",
    "FR1420041010050500013M02606",
    "IT60X0542811101000000123456",
    "PL61109010140000071219812874",
    "CY17002001280000001200527600",
    "BR1800360305000010009795493C1",
    "UA213223130000026007233566001",
    "KW81CBKU0000000000001234560101",
    "MT84MALT011000012345MTLCAST001S",
    "LC55HEMM000100010012001200023015",
)


@pytest.mark.parametrize("number", EXAMPLES)
def test_the_registrys_example_is_an_iban(number):
    assert is_iban(number)


@pytest.mark.parametrize("number", EXAMPLES)
def test_the_registrys_examples_are_made_from_their_domestic_numbers(number):
    assert iban(number[:2], number[4:]) == number


@pytest.mark.parametrize(("country", "bban"), [("DE", "1"), ("ZZ", "1" * 14), ("DE", "a" * 18)])
def test_what_is_no_number_of_a_country_has_no_iban(country, bban):
    with pytest.raises(ValueError, match=country):
        iban(country, bban)


@given(st.sampled_from(EXAMPLES), st.data())
def test_one_wrong_character_is_found(number, data):
    place = data.draw(st.integers(2, len(number) - 1))
    other = data.draw(st.sampled_from("0123456789").filter(lambda c: c != number[place]))

    assert not is_iban(number[:place] + other + number[place + 1 :])


@given(st.sampled_from(EXAMPLES), st.data())
def test_two_swapped_neighbours_are_found(number, data):
    place = data.draw(st.integers(4, len(number) - 2))
    one, two = number[place : place + 2]

    assert one == two or not is_iban(number[:place] + two + one + number[place + 2 :])


@pytest.mark.parametrize(
    "number",
    [
        "",
        "DE",
        "DE8937040044053201300",  # a digit short
        "DE893704004405320130000",
        "DE89 3704 0044 0532 0130 00",
        "de89370400440532013000",
        "GB29nwbk60161331926819",
        "US64SVBKUS6S3300958879",  # a country without IBANs
        "NO0000000000000",
        "BE00000000000002",  # the sum is right, but check digits run from 02 to 98
        "BE01000000000081",
        "BE99000000000063",
        "DE8937040044053201300\N{ARABIC-INDIC DIGIT ZERO}",
        "DEX9370400440532013000",
    ],
)
def test_what_only_looks_like_an_iban_is_none(number):
    assert not is_iban(number)
