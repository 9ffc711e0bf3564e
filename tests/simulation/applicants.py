"""Who applies to become a customer: invented people, none of whom may be seen anywhere."""

from typing import Any

NAMES = {
    "clear": "Adalbert Krzywonos",
    "slow": "Wendelin Grossbart",
    "never": "Dobroslava Ezzelin",
    "twice": "Kunigunde Marzipani",
    "late": "Theodulf Okarina",
    "torn": "Philomena Zwirnski",
    "expired": "Eustachius Pumpel",
    "mismatch": "Leopoldine Frzkova",
    "unreadable": "Gundobad Xylander",
    "listed": "Ottokar Vyhnalek",
    "coming": "Ludmila Prochorova",
}
_NUMBERS = {
    "slow": "03", "never": "04", "twice": "07", "late": "08", "torn": "09", "expired": "01",
    "mismatch": "02", "unreadable": "06",
}  # fmt: skip
DOCUMENT = "XKCD41"
"""Every document's number begins with this."""

_SURNAMES = tuple(name.rpartition(" ")[2] for name in NAMES.values())
CANARIES = (*_SURNAMES, DOCUMENT, "applicant@", "203.0.113.")
"""What may be found nowhere in the open."""

_COMMON: dict[str, Any] = {
    "email": "applicant@example.org",
    "address": {
        "street_name": "Under the Oaks", "building_number": "7", "post_code": "10117",
        "town": "Berlin", "country": "DE",
    },
    "device": {"ip": "203.0.113.9", "user_agent": "Firefox", "fingerprint": "f-1"},
    "channel": "web",
    "consents": [{"purpose": "terms", "version": "2026-10"}],
}  # fmt: skip


def application(kind: str, who: str, currencies: list[str]) -> dict[str, Any]:
    """What they send; a business is applied for in the name of its owner."""
    person = {"name": NAMES[who], "birth_date": "1971-05-06", "nationality": "DE"}
    number = DOCUMENT + _NUMBERS.get(who, "00")
    asked = _COMMON | {"type": kind, "currencies": currencies}
    if kind == "person":
        document = {"type": "passport", "number": number, "country": "DE",
                    "expires_on": "2035-01-01"}  # fmt: skip
        return asked | person | {"document": document}
    registration = {"number": number, "country": "DE", "incorporated_on": "2010-03-01"}
    return asked | {
        "name": f"{NAMES['clear']} Works",
        "registration": registration,
        "owners": [person | {"share": 10_000}],
        "directors": [person | {"name": NAMES["slow"]}],
    }
