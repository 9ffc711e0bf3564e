"""One account for each currency, whatever is done how often."""

from remit.customers.open_accounts import account_id
from remit.kernel.ids import is_id
from tests.unit.customers.made import customer


def test_an_account_follows_from_the_customer_and_the_currency():
    one = customer()
    ids = {account_id(one, currency) for currency in ("EUR", "JPY")}
    assert len(ids) == 2
    assert all(is_id("acc", each) for each in ids)
    assert account_id(one, "EUR") == account_id(customer("needs_attention"), "EUR")
    assert account_id(one, "EUR") != account_id(customer(tenant="globex"), "EUR")
