"""IBANs: ISO 13616 lengths by country, and ISO 7064 check digits read and made."""

_LENGTHS = {
    15: "NO",
    16: "BE",
    18: "DK FI FK FO GL NL SD",
    19: "MK SI",
    20: "AT BA EE KZ LT LU MN XK",
    21: "CH HR LI LV",
    22: "BG BH CR DE GB GE IE ME RS VA",
    23: "AE GI IL IQ OM SO TL",
    24: "AD CZ ES MD PK RO SA SE SK TN VG",
    25: "LY PT ST",
    26: "IS TR",
    27: "BI DJ FR GR IT MC MR SM",
    28: "AL AZ BY CY DO GT HN HU LB NI PL SV",
    29: "BR EG PS QA UA",
    30: "JO KW MU YE",
    31: "MT SC",
    32: "LC",
    33: "RU",
}
_LENGTH = {country: length for length, row in _LENGTHS.items() for country in row.split()}


def is_iban(text: str) -> bool:
    """Whether `text` (capitals, no spaces) has a registered country's length and right digits."""
    if len(text) != _LENGTH.get(text[:2]) or not (text.isascii() and text.isalnum()):
        return False
    if text != text.upper() or not (text[2:4].isdecimal() and "02" <= text[2:4] <= "98"):
        return False
    return _remainder(text) == 1


def iban(country: str, bban: str) -> str:
    """The IBAN of the domestic number `bban` (capitals and digits). Raises `ValueError`."""
    made = f"{country}{98 - _remainder(f'{country}00{bban}'):02d}{bban}"
    if not is_iban(made):
        raise ValueError(f"{bban} is no account number of {country}")
    return made


def _remainder(text: str) -> int:
    digits = "".join(str(int(each, 36)) for each in text[4:] + text[:4])
    return int(digits) % 97
