"""Who holds an account, as verification of payee is told it: from the vault, and while it opens."""

from remit.customers.look import holder
from tests.integration.customers.office import BUSINESS, PERSON
from tests.integration.customers.scenes import active
from tests.integration.customers.test_erasure import certificate, left


def told(office, customer, tenant="acme"):
    return holder(office.customers, office.vault, tenant, customer)


def test_a_holders_name_is_told_as_it_was_given_and_of_what_kind_they_are(office):
    assert told(office, active(office)) == (PERSON["name"], False)
    assert told(office, active(office, BUSINESS)) == (BUSINESS["name"], True)


def test_of_nobody_another_tenants_and_an_erased_customer_nothing_is_told(office):
    customer = left(office)
    assert told(office, "cus_" + "7" * 26) is None
    assert told(office, customer, tenant="globex") is None
    office.ask_erasure(customer)
    certificate(office.approve_erasure(customer))
    assert told(office, customer) is None
