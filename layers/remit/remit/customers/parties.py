"""Who is concerned by an application, as screening and the identity provider see them. Pure."""

from collections.abc import Iterator, Mapping
from typing import Any

from remit.identity.model import Applicant
from remit.screening.model import Party

REGISTRATION = "registration"
"""The document type by which a business is verified."""


def parties(application: Mapping[str, Any]) -> Iterator[tuple[str, Party]]:
    """Everybody who is screened, by their part: `applicant`, `owner/0`, `director/2`."""
    if application["type"] == "person":
        yield "applicant", _person(application)
        return
    yield "applicant", Party(name=application["name"], kind="business")
    for role in ("owners", "directors"):
        for number, person in enumerate(application[role]):
            yield f"{role.removesuffix('s')}/{number}", _person(person)


def applicant(application: Mapping[str, Any]) -> Applicant:
    """Whom the identity provider is asked about. A business is known by its registration."""
    if application["type"] == "person":
        document = application["document"]
        return Applicant(
            name=application["name"],
            birth_date=application["birth_date"],
            nationality=application["nationality"],
            document_type=document["type"],
            document_number=document["number"],
            document_country=document["country"],
            document_expires_on=document["expires_on"],
        )
    registration = application["registration"]
    return Applicant(
        name=application["name"],
        birth_date=registration["incorporated_on"],
        nationality=registration["country"],
        document_type=REGISTRATION,
        document_number=registration["number"],
        document_country=registration["country"],
        document_expires_on="",
    )


def _person(person: Mapping[str, Any]) -> Party:
    return Party(
        name=person["name"],
        kind="person",
        birth_year=int(person["birth_date"][:4]),
        nationality=person["nationality"],
    )
