"""How risky a customer is: weighted factors, as versioned data. Pure.

Each factor that applies adds its weight; a score is at most 100. Countries are those that the
Financial Action Task Force named in October 2025 (`black` and `grey`).
"""

from collections.abc import Mapping
from dataclasses import asdict
from datetime import date
from ipaddress import ip_address
from typing import Any

from remit.customers.model import Tier
from remit.kernel.canonical import canonical_json, fingerprint
from remit.kernel.value import value

_HIGHEST = 100
_SOON_DAYS = 30
_YOUNG_BUSINESS_DAYS = 365


@value
class Factors:
    """Weights by factor, lists of countries, and from which score each tier begins."""

    version: str
    weights: Mapping[str, int]
    countries: Mapping[str, tuple[str, ...]]
    tiers: Mapping[Tier, int]

    @classmethod
    def named(
        cls,
        name: str,
        *,
        weights: Mapping[str, int],
        countries: Mapping[str, tuple[str, ...]],
        tiers: Mapping[Tier, int],
    ) -> "Factors":
        """The factors with their version: the name and a hash of the content."""
        made = cls(version="", weights=weights, countries=countries, tiers=tiers)
        digest = fingerprint(canonical_json(asdict(made)).encode())
        return cls(
            version=f"{name}-{digest[:12]}", weights=weights, countries=countries, tiers=tiers
        )

    def tier(self, score: int) -> Tier:
        """The highest tier that begins at `score` or below."""
        return max(
            (one for one in self.tiers if self.tiers[one] <= score), key=self.tiers.__getitem__
        )


@value
class Risk:
    """A score, the tier it means, and the factors that made it with their weights."""

    score: int
    tier: Tier
    factors: Mapping[str, int]
    version: str


FACTORS = Factors.named(
    "house-1",
    weights={
        "country_black": 100,
        "country_grey": 30,
        "type_business": 15,
        "business_young": 10,
        "document_id_card": 5,
        "document_residence_permit": 10,
        "document_driving_licence": 15,
        "document_without_zone": 5,
        "document_expires_soon": 10,
        "screening_hit": 60,
        "screening_dismissed": 10,
        "identity_not_clear": 30,
        "device_without_fingerprint": 10,
        "device_address_not_public": 15,
        "channel_agent": 15,
        "channel_web": 5,
    },
    countries={
        "black": ("IR", "KP", "MM"),
        "grey": (
            "AO", "BG", "BO", "CD", "CI", "CM", "DZ", "HT", "KE", "LA", "LB", "MC", "NA", "NP",
            "SS", "SY", "VE", "VG", "VN", "YE",
        ),
    },
    tiers={"low": 0, "medium": 30, "high": 60},
)  # fmt: skip
"""The factors in force."""


def score(
    application: Mapping[str, Any],
    *,
    identity: str,
    screening: str,
    dismissed: bool,
    on: date,
    factors: Factors = FACTORS,
) -> Risk:
    """The risk of an application (as it was made), with what its checks came to, on a day."""
    applying = {
        *_of_countries(application, factors),
        *_of_kind(application, on),
        *_of_device(application["device"]),
        f"channel_{application['channel']}",
    }
    if identity != "clear":
        applying.add("identity_not_clear")
    if screening != "clear":
        applying.add("screening_hit")
    if dismissed:
        applying.add("screening_dismissed")
    found = {name: factors.weights[name] for name in sorted(applying) if name in factors.weights}
    total = min(_HIGHEST, sum(found.values()))
    return Risk(score=total, tier=factors.tier(total), factors=found, version=factors.version)


def _of_countries(application: Mapping[str, Any], factors: Factors) -> set[str]:
    named = {application["address"]["country"]}
    if application["type"] == "person":
        named |= {application["nationality"], application["document"]["country"]}
    else:
        people = [*application["owners"], *application["directors"]]
        named |= {application["registration"]["country"], *(one["nationality"] for one in people)}
    return {f"country_{each}" for each, listed in factors.countries.items() if named & set(listed)}


def _of_kind(application: Mapping[str, Any], on: date) -> set[str]:
    if application["type"] == "business":
        age = on - date.fromisoformat(application["registration"]["incorporated_on"])
        return {"type_business"} | (
            {"business_young"} if age.days < _YOUNG_BUSINESS_DAYS else set()
        )
    document = application["document"]
    found = {f"document_{document['type']}"}
    if document.get("mrz") is None:
        found.add("document_without_zone")
    if (date.fromisoformat(document["expires_on"]) - on).days < _SOON_DAYS:
        found.add("document_expires_soon")
    return found


def _of_device(device: Mapping[str, Any]) -> set[str]:
    found = set()
    if device.get("fingerprint") is None:
        found.add("device_without_fingerprint")
    if not ip_address(device["ip"]).is_global:
        found.add("device_address_not_public")
    return found
