"""Opening accounts and paying into them, by their API."""

import pytest

from remit.ledger.schema import AccountView, DepositView
from tests.integration.ledger.hostile import IDS


def test_an_account_opens_empty_and_shows_itself(cloud):
    opened = cloud.open_reply("JPY")

    assert opened.status == 201
    view = AccountView.model_validate(opened.body)
    assert (view.currency, view.balance.available, view.name) == ("JPY", 0, "An account")
    read = cloud.api("GET", "/accounts/{id}", path={"id": view.id}, role="auditor")
    assert (read.status, read.body) == (200, opened.body)


@pytest.mark.parametrize("customer", ["cus_" + "0" * 26, "cus_" + "7" * 26])
def test_no_account_is_opened_for_a_customer_who_is_not_there(cloud, customer):
    body = {"currency": "EUR", "name": "Hers", "customer_id": customer}
    refused = cloud.api("POST", "/accounts", role="operator", body=body)

    assert (refused.status, refused.code) == (404, "customer_not_found")
    assert cloud.items("Ledger") == cloud.items("Idempotency") == []


@pytest.mark.parametrize("role", ["client", "auditor"])
def test_only_operators_open_accounts(cloud, role):
    body = {"currency": "EUR", "name": "x"}
    assert cloud.api("POST", "/accounts", role=role, body=body).code == "forbidden"
    assert cloud.items("Ledger") == []


def test_one_key_opens_one_account_in_each_tenant(cloud):
    ours = cloud.open_reply("EUR", key="same", tenant="acme")
    theirs = cloud.open_reply("EUR", key="same", tenant="globex")

    assert theirs.status == 201
    assert not theirs.replayed
    assert ours.body["id"] != theirs.body["id"]


def test_a_key_is_for_one_request_only(cloud):
    cloud.open_reply("EUR", key="same")
    before = cloud.world()

    other = cloud.open_reply("USD", key="same")
    elsewhere = cloud.deposit(cloud.items("Ledger")[0]["sk"], 5, key="same")

    assert (other.status, other.code) == (422, "key_reused")
    assert (elsewhere.status, elsewhere.code) == (422, "key_reused")
    assert cloud.world() == before


def test_a_key_that_was_forgotten_does_not_open_its_account_again(cloud):
    account = cloud.open(key="old")
    cloud.deposit(account, 5)
    cloud.restore(cloud.world() | {"Idempotency": []})
    cloud.clock.now += 1

    assert cloud.open_reply(key="old").code == "key_reused"
    assert cloud.balance(account) == 5


def test_a_deposit_raises_the_balance_and_the_books_stay_even(cloud):
    account = cloud.open()
    made = cloud.deposit(account, 1_250)

    assert made.status == 201
    view = DepositView.model_validate(made.body)
    assert (view.account, view.amount, view.currency) == (account, 1_250, "EUR")
    assert cloud.balance(account) == 1_250
    assert cloud.trial() == {
        "balanced": True,
        "currencies": [
            {
                "currency": "EUR",
                "debits_pending": 0,
                "debits_posted": 1_250,
                "credits_pending": 0,
                "credits_posted": 1_250,
            }
        ],
    }


def test_deposits_exist_in_the_sandbox_only(cloud, monkeypatch):
    account = cloud.open()
    monkeypatch.setenv("SANDBOX", "false")

    refused = cloud.deposit(account, 1)

    assert (refused.status, refused.code) == (403, "forbidden")
    assert cloud.balance(account) == 0


@pytest.mark.parametrize("amount", [0, -1, 1.0, 1.5, "5", True, None, 2**53])
def test_a_deposit_of_no_amount_of_money_is_not_valid(cloud, amount):
    account = cloud.open()
    refused = cloud.deposit(account, amount)

    assert (refused.status, refused.code) == (400, "invalid_request")
    assert refused.body["errors"][0]["pointer"] == "/amount"


def test_a_deposit_in_another_currency_is_refused_for_ever(cloud):
    account = cloud.open("EUR")
    refused = cloud.deposit(account, 5, "USD", key="deposit")

    assert (refused.status, refused.code) == (422, "currency_mismatch")
    again = cloud.deposit(account, 5, "USD", key="deposit")
    assert (again.text, again.replayed) == (refused.text, True)


def test_a_balance_beyond_what_can_be_represented_is_refused(cloud):
    account = cloud.open()
    assert cloud.deposit(account, 2**53 - 1).status == 201
    assert cloud.deposit(account, 1).code == "balance_too_large"
    assert cloud.trial()["balanced"]


def test_a_refused_deposit_stays_refused_when_the_account_is_opened(cloud):
    account = cloud.open(key="later")
    cloud.restore({table: [] for table in cloud.world()})
    refused = cloud.deposit(account, 5, key="deposit")
    assert (refused.status, refused.code) == (404, "account_not_found")

    cloud.clock.now += 1
    assert cloud.open(key="later") == account
    assert cloud.deposit(account, 5, key="deposit").text == refused.text
    assert cloud.deposit(account, 5, key="another").status == 201


def test_another_tenants_account_can_neither_be_seen_nor_paid_into(cloud):
    account = cloud.open(tenant="globex")
    before = cloud.world()["Ledger"]

    assert cloud.deposit(account, 5).code == "account_not_found"
    for resource in ("/accounts/{id}", "/accounts/{id}/entries"):
        assert cloud.api("GET", resource, path={"id": account}).status == 404
    assert cloud.world()["Ledger"] == before
    assert cloud.trial() == {"balanced": True, "currencies": []}


def test_money_cannot_be_made_in_a_house_account(cloud):
    assert cloud.deposit("house.external.EUR.1", 5).code == "account_not_found"


def test_a_house_account_can_be_looked_at(cloud):
    found = cloud.api("GET", "/accounts/{id}", path={"id": "house.external.EUR.7"})

    assert found.status == 200
    AccountView.model_validate(found.body)
    assert found.body["name"].startswith("money outside the house")


@pytest.mark.parametrize("identifier", IDS)
def test_an_id_that_is_none_is_not_found(cloud, identifier):
    cloud.open()
    for resource in ("/accounts/{id}", "/accounts/{id}/entries"):
        assert cloud.api("GET", resource, path={"id": identifier}).status == 404
    assert cloud.deposit(identifier, 5).status == 404
