"""An account opened by hand is its customer's, whoever erases or turns them away meanwhile."""

import json

import pytest

from remit.customers import own
from remit.customers.model import CustomerNotFound
from remit.kernel.clock import DAY
from remit.ledger.verify import verify
from remit.store.item import decode_item
from tests.integration.cloud import let_in
from tests.integration.customers.scenes import (
    active,
    applied,
    disturbed,
    held,
    restore,
    snapshot,
    status,
    view,
)

NOBODY = "cus_" + "0" * 26


def opened(office, customer, currency="USD", **more):
    answer = office.open_for(customer, currency, **more)
    assert answer.status == 201, answer.body
    return json.loads(answer.body)["id"]


def refused(answer):
    assert answer.status >= 400, answer.body
    return answer.status, json.loads(answer.body)["code"]


def ledger(office):
    return [decode_item(item) for item in office.database.items("Ledger")]


def test_an_account_opened_by_hand_is_one_of_the_customers(office):
    customer = active(office)
    account = opened(office, customer)

    shown = view(office, customer)
    assert shown.accounts[-1].id == account
    assert [one.currency for one in shown.accounts] == ["EUR", "JPY", "USD"]
    assert office.ledger.account("acme", account).currency == "USD"
    assert list(verify(ledger(office))) == []


def test_opening_by_hand_comes_to_the_same_whatever_is_lost(office):
    customer = active(office)
    disturbed(office, lambda: opened(office, customer, key="once"))
    assert len(office.customer(customer).accounts) == 3
    assert opened(office, customer, key="once") == office.customer(customer).accounts[-1].id


def test_two_openings_at_once_are_both_on_the_customers_record(office):
    customer = active(office)
    before = snapshot(office)
    office.client.watch()
    opened(office, customer, "USD", key="one")
    for call in range(len(office.client.calls)):
        restore(office, before)
        office.client.watch({call: let_in(lambda: opened(office, customer, "GBP", key="two"))})
        opened(office, customer, "USD", key="one")
        found = [one.currency for one in office.customer(customer).accounts[2:]]
        assert sorted(found) == ["GBP", "USD"], call


def test_nobody_is_erased_who_has_an_account_that_was_opened_by_hand(office):
    customer = active(office)
    account = opened(office, customer)
    for one in office.customer(customer).accounts[:2]:
        office.close_account(one.id)
    answer = office.ask_erasure(customer)
    assert refused(answer) == (409, "erasure_not_allowed")
    assert account in json.loads(answer.body)["detail"]
    office.close_account(account)
    assert status(office.ask_erasure(customer)) == (202, "requested")


def left(office):
    customer = active(office)
    for one in office.customer(customer).accounts:
        office.close_account(one.id)
    office.ask_erasure(customer)
    return customer


@pytest.mark.parametrize("first", ["opening", "erasing"])
def test_no_account_comes_into_being_behind_an_erasure(office, first):
    customer = left(office)
    begun = {
        "opening": lambda: office.open_for(customer, key="opened"),
        "erasing": lambda: office.approve_erasure(customer, key="erased"),
    }
    (rival,) = (act for name, act in begun.items() if name != first)
    before = snapshot(office)
    office.client.watch()
    begun[first]()
    outcomes = set()
    for call in range(len(office.client.calls)):
        restore(office, before)
        office.client.watch({call: let_in(rival)})
        begun[first]()
        office.client.watch()
        found = office.customer(customer)
        is_open = [not office.ledger.account("acme", one.id).rules.closed for one in found.accounts]
        assert any(is_open) == (found.erasing_at is None), call
        outcomes.add(any(is_open))
    assert outcomes == ({False} if first == "opening" else {False, True})


def test_an_account_opened_before_the_approval_stands_in_its_way(office):
    customer = left(office)
    opened(office, customer)
    assert refused(office.approve_erasure(customer)) == (409, "erasure_not_allowed")
    assert office.customer(customer).erasing_at is None


def test_who_is_turned_away_has_every_account_frozen(office):
    customer = active(office)
    account = opened(office, customer)
    office.now += DAY
    office.listed = {"Zsófia": "e1@2"}
    office.rescreen()
    assert refused(office.open_for(customer, "GBP")) == (409, "customer_not_served")
    assert office.decide(customer, "reject").status == 200
    for one in office.customer(customer).accounts:
        assert office.ledger.account("acme", one.id).rules.frozen == "both"
    assert account in [one.id for one in office.customer(customer).accounts]


@pytest.mark.parametrize("how", [applied, held])
def test_who_is_no_customer_yet_is_given_no_account(office, how):
    customer = how(office)
    assert refused(office.open_for(customer)) == (409, "customer_not_served")
    assert ledger(office) == []


def test_nobody_elses_customer_is_given_an_account(office):
    for customer in (NOBODY, "cus_" + "7" * 26):
        with pytest.raises(CustomerNotFound):
            office.open_for(customer)
    assert ledger(office) == []


def test_a_customer_has_only_so_many_accounts(office, monkeypatch):
    customer = active(office)
    monkeypatch.setattr(own, "MOST_ACCOUNTS", 3)
    opened(office, customer)
    assert refused(office.open_for(customer, "GBP")) == (409, "too_many_accounts")
