"""Whom the provider is asked about."""

from local.identity_provider import APPLICANT
from remit.customers.parties import applicant
from tests.integration.customers.office import BUSINESS, PERSON


def test_a_person_is_asked_about_with_the_document():
    asked = applicant(PERSON)
    assert (asked.name, asked.document_number) == ("Zsófia Károlyi", "SPECI2014")
    assert (asked.birth_date, asked.document_expires_on) == ("1990-05-17", "2031-01-01")


def test_a_business_is_asked_about_with_its_registration():
    asked = applicant(BUSINESS)
    assert (asked.document_type, asked.document_number) == ("registration", "01-09-123456")
    assert all(isinstance(getattr(asked, name), str) for name in APPLICANT)
