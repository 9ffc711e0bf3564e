"""What must go together in an application, beyond each field's own shape. Pure."""

from collections.abc import Iterator, Mapping
from datetime import date
from typing import Any

from remit.customers.documents import InvalidZone, Zone, read_zone
from remit.kernel.errors import Rejection
from remit.screening.names import UnscreenableName, tokens

ADULT, OLDEST = 18, 120
"""Years: nobody younger may hold an account of their own, and nobody older is alive."""

_WHOLE = 10_000

Wrong = Mapping[str, str]
"""`pointer` to the place in the body, and `detail`."""


class ApplicationInvalid(Rejection):
    """Fields of the application do not go together; `errors` says which and why."""

    title = "The application is not valid"


def check(application: Mapping[str, Any], *, today: date) -> None:
    """Raise `ApplicationInvalid` with everything that is wrong with an application."""
    errors = list(wrong(application, today=today))
    if errors:
        raise ApplicationInvalid(errors=errors)


def wrong(application: Mapping[str, Any], *, today: date) -> Iterator[Wrong]:
    """Everything that is wrong with an application made on that day."""
    currencies = application["currencies"]
    if len(set(currencies)) < len(currencies):
        yield _at("/currencies", "names a currency twice")
    if application["type"] == "person":
        yield from _of_age(application, "", today)
        yield from _zone(application, today)
    else:
        yield from _business(application, today)
    yield from _unscreenable(application)


def _unscreenable(application: Mapping[str, Any]) -> Iterator[Wrong]:
    """Names that could never be compared with those of a list."""
    is_business = application["type"] == "business"
    names = [("/name", application["name"], is_business)]
    for role in ("owners", "directors") if is_business else ():
        for number, person in enumerate(application[role]):
            names.append((f"/{role}/{number}/name", person["name"], False))
    for pointer, name, business in names:
        try:
            tokens(name, business=business)
        except UnscreenableName as error:
            yield _at(pointer, f"cannot be screened: {error.detail}")


def _of_age(person: Mapping[str, Any], place: str, today: date) -> Iterator[Wrong]:
    born = date.fromisoformat(person["birth_date"])
    age = today.year - born.year - ((today.month, today.day) < (born.month, born.day))
    if not ADULT <= age <= OLDEST:
        yield _at(f"{place}/birth_date", f"must be from {ADULT} to {OLDEST} years ago")


def _zone(application: Mapping[str, Any], today: date) -> Iterator[Wrong]:
    text = application["document"].get("mrz")
    if text is None:
        return
    try:
        zone = read_zone(text, today=today)
    except InvalidZone as error:
        yield _at("/document/mrz", str(error))
        return
    yield from _differing(application, zone)


def _differing(application: Mapping[str, Any], zone: Zone) -> Iterator[Wrong]:
    document = application["document"]
    said = {
        "/document/number": (document["number"].replace("-", ""), zone.number),
        "/document/expires_on": (document["expires_on"], zone.expires_on),
        "/birth_date": (application["birth_date"], zone.birth_date),
        "/nationality": (
            application["nationality"],
            zone.nationality or application["nationality"],
        ),
        "/document/country": (document["country"], zone.country or document["country"]),
    }
    for pointer, (given, read) in said.items():
        if given != read:
            yield _at(pointer, "is not what the machine-readable zone says")


def _business(application: Mapping[str, Any], today: date) -> Iterator[Wrong]:
    if date.fromisoformat(application["registration"]["incorporated_on"]) > today:
        yield _at("/registration/incorporated_on", "lies ahead")
    if sum(owner["share"] for owner in application["owners"]) > _WHOLE:
        yield _at("/owners", f"have more than the whole ({_WHOLE}) together")
    for role in ("owners", "directors"):
        for number, person in enumerate(application[role]):
            yield from _of_age(person, f"/{role}/{number}", today)


def _at(pointer: str, detail: str) -> Wrong:
    return {"pointer": pointer, "detail": detail}
