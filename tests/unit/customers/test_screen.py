"""Who is screened, and whether that was done with the lists in force."""

from remit.customers.parties import parties
from remit.customers.screen import is_screened
from tests.integration.customers.office import BUSINESS, PERSON
from tests.unit.customers.made import customer, dossier, section


def test_a_person_is_screened_with_what_is_known_to_tell_people_apart():
    ((part, party),) = parties(PERSON)
    assert (part, party.kind, party.birth_year, party.nationality) == (
        "applicant", "person", 1990, "HU",
    )  # fmt: skip


def test_everybody_in_a_business_is_screened():
    found = {part: (party.kind, party.name) for part, party in parties(BUSINESS)}
    assert found == {
        "applicant": ("business", "Kék Malom Kft"),
        "owner/0": ("person", "Béla Nagy"),
        "director/0": ("person", "Ilona Nagy"),
    }


def test_the_newest_screening_counts_and_only_with_the_very_lists_in_force():
    old, new = (
        section("screening", 2, lists={"ofac": "1"}),
        section("screening", 3, lists={"un": "2"}),
    )
    assert not is_screened(dossier(customer()), {})
    assert is_screened(dossier(customer(), old), {"ofac": "1"})
    assert not is_screened(dossier(customer(), old), {"ofac": "1", "un": "2"})
    assert not is_screened(dossier(customer(), old, new), {"ofac": "1"})
