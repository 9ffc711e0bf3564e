"""What the customers' API takes and gives, as JSON. Shapes only: `rules` has what goes together.

A name is kept as it was written, in whatever script; how names compare is screening's business.
"""

import unicodedata
from datetime import date
from ipaddress import ip_address
from typing import Annotated, Literal

from pydantic import AfterValidator, ConfigDict, Field, RootModel

from remit.customers.model import Status, Tier
from remit.kernel.countries import ALPHA_3
from remit.kernel.page import PageQuery
from remit.kernel.schema import Currency, Request, Text, View

_UNSEEN = ("Cc", "Cf", "Cs", "Co", "Cn", "Zl", "Zp")


def _line(text: str) -> str:
    """Whatever can be seen, on one line, in any script."""
    if text != text.strip() or "  " in text:
        raise ValueError("has blanks at an end, or two in a row")
    if any(unicodedata.category(each) in _UNSEEN for each in text):
        raise ValueError("has a control or invisible character")
    return text


def _name(text: str) -> str:
    """A line with at least one letter."""
    _line(text)
    if not any(unicodedata.category(each).startswith("L") for each in text):
        raise ValueError("has no letter")
    return text


def _country(code: str) -> str:
    if code not in ALPHA_3:
        raise ValueError("is no country of ISO 3166-1")
    return code


def _day(text: str) -> str:
    try:
        if date.fromisoformat(text).isoformat() == text:
            return text
    except ValueError:
        pass
    raise ValueError("is no day of the calendar, written as 2001-12-31")


def _ip(text: str) -> str:
    try:
        return str(ip_address(text))
    except ValueError:
        raise ValueError("is no IP address") from None


Name = Annotated[str, Field(min_length=2, max_length=140), AfterValidator(_name)]
Country = Annotated[str, Field(pattern="^[A-Z]{2}$", examples=["NL"]), AfterValidator(_country)]
Day = Annotated[
    str, Field(pattern=r"^\d{4}-\d\d-\d\d$", examples=["1990-05-17"]), AfterValidator(_day)
]
Number = Annotated[str, Field(pattern="^[A-Z0-9][A-Z0-9-]{3,34}$", examples=["SPECI2014"])]
Email = Annotated[
    str,
    Field(max_length=254, pattern=r"^[^@\s\x00-\x1f\x7f]{1,64}@[A-Za-z0-9-]+(\.[A-Za-z0-9-]+)+$"),
]


class HomeAddress(Request):
    """A structured postal address (ISO 20022 PostalAddress24), as rails demand it."""

    street_name: Annotated[str, Field(min_length=1, max_length=70), AfterValidator(_line)]
    building_number: Annotated[str, Field(min_length=1, max_length=16), AfterValidator(_line)]
    post_code: Annotated[str, Field(min_length=1, max_length=16), AfterValidator(_line)]
    town: Annotated[str, Field(min_length=1, max_length=35), AfterValidator(_line)]
    country: Country


class Document(Request):
    """A travel or identity document. `mrz` are the lines of its machine-readable zone."""

    type: Literal["passport", "id_card", "residence_permit", "driving_licence"]
    number: Number
    country: Country
    expires_on: Day
    mrz: Annotated[str, Field(min_length=72, max_length=94)] | None = None


class Registration(Request):
    """A business's entry in the register of its country."""

    number: Number
    country: Country
    incorporated_on: Day


class Device(Request):
    """What the application was made with."""

    ip: Annotated[str, Field(max_length=45), AfterValidator(_ip)]
    user_agent: Text
    fingerprint: Annotated[str, Field(pattern="^[!-~]{1,128}$")] | None = None


class Consent(Request):
    """What the applicant has agreed to: which text, in which version."""

    purpose: Annotated[str, Field(pattern="^[a-z][a-z0-9_]{0,63}$", examples=["terms"])]
    version: Annotated[str, Field(pattern="^[!-~]{1,32}$", examples=["2026-10"])]


class Person(Request):
    """A natural person: a customer, or one who owns or directs a business."""

    name: Name
    birth_date: Day
    nationality: Country


class Owner(Person):
    """Who owns a part of a business: `share` in hundredths of a percent, so 2500 is a quarter."""

    share: Annotated[int, Field(ge=1, le=10_000)]


class _Application(Request):
    email: Email
    address: HomeAddress
    device: Device
    currencies: Annotated[list[Currency], Field(min_length=1, max_length=10)]
    channel: Literal["web", "app", "branch", "agent"] = "web"
    consents: Annotated[tuple[Consent, ...], Field(max_length=20, strict=False)] = ()


class PersonApplies(_Application, Person):
    """A person applies to become a customer."""

    type: Literal["person"]
    document: Document


class BusinessApplies(_Application):
    """A business applies; everybody who owns or directs it is screened too."""

    type: Literal["business"]
    name: Name
    registration: Registration
    owners: Annotated[list[Owner], Field(max_length=25)]
    directors: Annotated[list[Person], Field(min_length=1, max_length=25)]


class Application(
    RootModel[Annotated[PersonApplies | BusinessApplies, Field(discriminator="type")]]
):
    """Apply to become a customer."""

    model_config = ConfigDict(frozen=True)


class Decision(Request):
    """A person's decision on a customer who needs attention.

    With `evidence_hash`, the one that was looked at, it counts only if nothing has come since.
    """

    decision: Literal["approve", "reject"]
    reason: Text
    evidence_hash: Annotated[str, Field(pattern="^[0-9a-f]{64}$")] | None = None


class Override(Request):
    """A person sets the risk tier."""

    tier: Tier
    reason: Text


class Reason(Request):
    """Why something is done."""

    reason: Text


class CustomersQuery(PageQuery):
    """Which customers."""

    status: Status | None = None


class StepView(View):
    """A state that a customer reached."""

    status: str
    at: str
    reason: str | None = None
    reason_text: str | None = None


class CheckView(View):
    """What a check came to. `reasons` are codes."""

    check: Literal["identity", "screening", "risk", "decision"]
    outcome: str
    reasons: list[str]
    at: str


class RiskView(View):
    """How risky the customer is: 0 to 100, and the tier that means, or that a person has set."""

    tier: str
    score: int
    factors_version: str
    overridden: bool


class OpenedView(View):
    """An account that the customer was given; with its number where a customer is looked at."""

    id: str
    currency: str
    iban: str | None = None


class CustomerView(View):
    """A customer. Nothing personal: that is in the evidence, for those who may see it."""

    id: str
    type: Literal["person", "business"]
    status: Status
    currencies: list[str]
    accounts: list[OpenedView]
    checks: list[CheckView]
    risk: RiskView | None
    created_at: str
    erased_at: str | None
    evidence_hash: str | None
    history: list[StepView]


class CustomersView(View):
    """A page of customers."""

    items: list[CustomerView]
    next_cursor: str | None


class SectionView(View):
    """A part of the evidence: what it says, and the hash that binds it to the others."""

    name: str
    at: str
    by: str
    content: dict[str, object]
    hash: str


class EvidenceView(View):
    """All that is on record of how a customer came to be one (or not), bound by hashes."""

    format: str
    tenant: str
    customer: str
    made_at: str
    sections: list[SectionView]
    hash: str


class ErasureView(View):
    """A wish to erase a customer, and what came of it: the certificate, once it is carried out."""

    customer: str
    status: Literal["requested", "erased"]
    requested_by: str
    requested_at: str
    approved_by: str | None
    certificate: dict[str, object] | None


class RunView(View):
    """How far the customers have been screened against what a list's version changed.

    `seen`, `hit` and `reopened` count the tenant's customers.
    """

    source: str
    version: str
    slices: int
    seen: int
    hit: int
    reopened: int
    started_at: str
    finished_at: str | None
