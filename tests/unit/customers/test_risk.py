"""The risk score: every factor by itself, together, and with its version."""

from datetime import date
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from remit.customers.risk import FACTORS, Factors, score
from remit.kernel.countries import ALPHA_3
from tests.integration.customers.office import BUSINESS, PERSON

ON = date(2026, 11, 24)
CALM: Any = PERSON | {
    "document": PERSON["document"] | {"mrz": "a zone"},
    "device": {"ip": "8.8.8.8", "user_agent": "x", "fingerprint": "f"},
    "channel": "branch",
}


def found(application: Any = CALM, **more: Any) -> Any:
    outcomes = {"identity": "clear", "screening": "clear", "dismissed": False} | more
    return score(application, on=ON, **outcomes)


def test_an_application_in_which_nothing_speaks_against_it_scores_nothing():
    assert (found().score, found().tier, found().factors) == (0, "low", {})


@pytest.mark.parametrize(
    ("change", "factor"),
    [
        ({"nationality": "KP"}, "country_black"),
        ({"address": PERSON["address"] | {"country": "VN"}}, "country_grey"),
        ({"document": CALM["document"] | {"country": "IR"}}, "country_black"),
        ({"document": CALM["document"] | {"type": "id_card"}}, "document_id_card"),
        ({"document": CALM["document"] | {"type": "driving_licence"}}, "document_driving_licence"),
        ({"document": CALM["document"] | {"mrz": None}}, "document_without_zone"),
        ({"document": CALM["document"] | {"expires_on": "2026-12-20"}}, "document_expires_soon"),
        ({"device": CALM["device"] | {"ip": "10.0.0.1"}}, "device_address_not_public"),
        ({"device": CALM["device"] | {"fingerprint": None}}, "device_without_fingerprint"),
        ({"channel": "agent"}, "channel_agent"),
        ({"channel": "web"}, "channel_web"),
    ],
)
def test_each_factor_counts_its_weight(change, factor):
    one = found(CALM | change)
    assert one.factors == {factor: FACTORS.weights[factor]}
    assert one.score == FACTORS.weights[factor]


@pytest.mark.parametrize(
    ("outcome", "factor"),
    [({"identity": "timed_out"}, "identity_not_clear"), ({"screening": "hit"}, "screening_hit"),
     ({"dismissed": True}, "screening_dismissed")],
)  # fmt: skip
def test_what_checks_came_to_counts_too(outcome, factor):
    assert found(**outcome).factors == {factor: FACTORS.weights[factor]}


def test_a_business_counts_its_kind_its_age_and_everybody_in_it():
    young = BUSINESS | {
        "registration": BUSINESS["registration"] | {"incorporated_on": "2026-06-01"}
    }
    assert {"type_business", "business_young"} <= set(found(young).factors)
    director = BUSINESS["directors"][0] | {"nationality": "MM"}
    assert "country_black" in found(BUSINESS | {"directors": [director]}).factors


@given(st.sampled_from(sorted(ALPHA_3)), st.booleans(), st.sampled_from(["clear", "hit"]))
def test_a_score_is_the_sum_of_its_factors_up_to_100_and_means_a_tier(country, dismissed, outcome):
    one = found(CALM | {"nationality": country}, screening=outcome, dismissed=dismissed)
    assert one.score == min(100, sum(one.factors.values()))
    reached = [tier for tier, least in FACTORS.tiers.items() if one.score >= least]
    assert one.tier == reached[-1]


def test_other_weights_are_another_version_and_the_same_the_same():
    same = Factors.named(
        "house-1", weights=FACTORS.weights, countries=FACTORS.countries, tiers=FACTORS.tiers
    )
    other = Factors.named(
        "house-1", weights=FACTORS.weights | {"channel_web": 6}, countries=FACTORS.countries,
        tiers=FACTORS.tiers,
    )  # fmt: skip
    assert same.version == FACTORS.version != other.version
    assert found().version == FACTORS.version


def test_the_countries_named_are_countries():
    named = [one for listed in FACTORS.countries.values() for one in listed]
    assert set(named) <= set(ALPHA_3)
    assert len(named) == len(set(named))
