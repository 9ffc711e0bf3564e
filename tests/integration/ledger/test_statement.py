"""Reading an account: its entries, its balance at a moment, and the trial balance."""

import pytest

from remit.ledger import trial
from remit.ledger.schema import BalanceAt, EntriesView, TrialBalance
from tests.integration.cloud import START, let_in
from tests.integration.ledger.hostile import cursor, cursors

DEPOSITS = (5, 7, 11, 13, 17)


@pytest.fixture
def account(cloud):
    """An account with a deposit every second."""
    opened = cloud.open()
    for amount in DEPOSITS:
        cloud.clock.now += 1_000
        cloud.deposit(opened, amount)
    return opened


def entries(cloud, account, **query):
    return cloud.api("GET", "/accounts/{id}/entries", path={"id": account}, query=query)


def test_entries_run_in_order_with_the_balance_after_each(cloud, account):
    found = entries(cloud, account)

    view = EntriesView.model_validate(found.body)
    assert [entry.sequence for entry in view.items] == [1, 2, 3, 4, 5]
    assert [entry.amount for entry in view.items] == [*DEPOSITS]
    assert [entry.balance.posted for entry in view.items] == [5, 12, 23, 36, 53]
    assert {entry.side for entry in view.items} == {"credit"}
    assert view.items[0].kind == "deposit"
    assert view.items[0].reference == view.items[0].transfer_id
    assert view.items[0].other_account.startswith("house.external.EUR.")
    assert view.next_cursor is None


@pytest.mark.parametrize("limit", [1, 2, 5, 100])
def test_pages_together_are_the_whole_statement(cloud, account, limit):
    whole, seen, more = entries(cloud, account).body["items"], [], {}
    for _ in range(7):
        page = entries(cloud, account, limit=str(limit), **more).body
        assert len(page["items"]) <= limit
        seen += page["items"]
        if page["next_cursor"] is None:
            break
        more = {"cursor": page["next_cursor"]}
    assert seen == whole


def test_both_sides_of_a_payment_are_entries_that_name_it(cloud):
    debtor, creditor = cloud.open(), cloud.open()
    cloud.deposit(debtor, 100)
    payment = cloud.pay(debtor, creditor, 30).body["id"]
    cloud.run(payment)

    spent = entries(cloud, debtor).body["items"][-1]
    earned = entries(cloud, creditor).body["items"][-1]
    assert (spent["side"], spent["other_account"], spent["balance"]["posted"]) == (
        "debit",
        creditor,
        70,
    )
    assert (earned["side"], earned["other_account"], earned["amount"]) == ("credit", debtor, 30)
    assert spent["transfer_id"] == earned["transfer_id"]
    assert spent["reference"] == earned["reference"] == payment


@pytest.mark.parametrize(
    ("after_milliseconds", "sequence", "posted"),
    [(-1, 0, 0), (0, 0, 0), (999, 0, 0), (1_000, 1, 5), (3_500, 3, 23), (9_999, 5, 53)],
)
def test_a_balance_is_what_was_booked_at_the_moment(
    cloud, account, after_milliseconds, sequence, posted
):
    from remit.kernel.clock import rfc3339

    found = entries(cloud, account, at=rfc3339(START + after_milliseconds))

    view = BalanceAt.model_validate(found.body)
    assert (view.sequence, view.balance.posted, view.currency) == (sequence, posted, "EUR")


@pytest.mark.parametrize(
    "moment",
    [
        "yesterday",
        "2026-11-24",
        "2026-11-24T09:30:00",
        "20261124T093000Z",
        "2026-13-24T09:30:00Z",
        "0001-01-01T00:00:00+23:59",
        "9999-12-31T23:59:59-23:59",
        "",
    ],
)
def test_a_moment_that_is_none_is_not_valid(cloud, account, moment):
    assert entries(cloud, account, at=moment).code == "invalid_request"


@pytest.mark.parametrize("moment", ["0001-01-01T00:00:00Z", "9999-12-31T23:59:59.999Z"])
def test_the_first_and_the_last_moment_have_a_balance(cloud, account, moment):
    assert entries(cloud, account, at=moment).status == 200


@pytest.mark.parametrize("limit", ["0", "101", "-1", "1.5", "many", "", "1e1", "٣"])
def test_a_limit_out_of_bounds_is_not_valid(cloud, account, limit):
    assert entries(cloud, account, limit=limit).code == "invalid_request"


def test_a_hostile_cursor_is_refused(cloud, account):
    for text in cursors(f"entries {account}"):
        refused = entries(cloud, account, cursor=text)
        assert refused.status == 400, text


def test_a_cursor_far_beyond_the_end_finds_nothing(cloud, account):
    beyond = cursor([f"entries {account}", {"after": 10**200}])
    assert entries(cloud, account, cursor=beyond).status in (200, 400)


def test_a_cursor_is_for_one_account_only(cloud, account):
    first = entries(cloud, account, limit="1").body["next_cursor"]
    other = cloud.open()
    assert entries(cloud, other, cursor=first).code == "invalid_cursor"


def test_the_trial_balance_adds_up_each_currency_by_itself(cloud):
    euro, yen = cloud.open("EUR"), cloud.open("JPY")
    cloud.deposit(euro, 5)
    cloud.deposit(yen, 700, "JPY")

    found = TrialBalance.model_validate(cloud.trial())
    assert found.balanced
    sums = {row.currency: (row.debits_posted, row.credits_posted) for row in found.currencies}
    assert sums == {"EUR": (5, 5), "JPY": (700, 700)}


def test_books_that_do_not_balance_are_shown_so(cloud):
    account = cloud.open()
    cloud.deposit(account, 5)
    entry = next(item for item in cloud.world()["Ledger"] if item["sk"]["S"].endswith("01"))
    cloud.dynamodb.client.put_item(
        TableName="Ledger", Item=entry | {"credits_posted": {"N": "6"}, "debits_posted": {"N": "0"}}
    )

    assert cloud.trial()["balanced"] is False
    assert cloud.clock.pauses == 1  # two readings alike leave no doubt


def test_a_trial_balance_that_accounts_outrun_is_not_given(cloud):
    first, second = cloud.open(), cloud.open()
    cloud.deposit(first, 1_000)
    spoilt = next(item for item in cloud.world()["Ledger"] if item["sk"]["S"].endswith("01"))
    cloud.dynamodb.client.put_item(
        TableName="Ledger",
        Item=spoilt | {"credits_posted": {"N": "9"}, "debits_posted": {"N": "0"}},
    )
    cloud.clock.flows = True
    keys = iter(range(1_000))
    cloud.clock.at_pause = lambda: cloud.deposit(second, 1, key=f"deposit-{next(keys)}")

    answer = cloud.api("GET", "/ledger/trial-balance", role="operator")
    assert (answer.status, answer.code) == (503, "unavailable")
    assert next(keys) > 1


def test_the_trial_balance_is_even_whatever_happens_while_it_is_taken(cloud):
    first, second = cloud.open(), cloud.open()
    cloud.deposit(first, 1_000)
    keys = iter(range(1_000))

    def meanwhile() -> None:
        number = next(keys)
        cloud.deposit(second, 1, key=f"deposit-{number}")
        cloud.deposit(cloud.open(key=f"open-{number}"), 1, key=f"first-{number}")

    before = cloud.world()
    cloud.dynamodb.watch()
    cloud.trial()
    for call in range(len(cloud.dynamodb.calls)):
        cloud.restore(before)
        cloud.dynamodb.watch({call: let_in(meanwhile)})
        assert cloud.trial()["balanced"], call


def test_more_accounts_than_can_be_added_up_are_refused(cloud, monkeypatch):
    monkeypatch.setattr(trial, "MOST_ACCOUNTS", 2)
    cloud.open()
    cloud.open()
    assert cloud.trial()["balanced"]
    cloud.open()
    refused = cloud.api("GET", "/ledger/trial-balance", role="auditor")
    assert (refused.status, refused.code) == (422, "too_many_accounts")


def test_clients_do_not_see_the_trial_balance(cloud):
    assert cloud.api("GET", "/ledger/trial-balance", role="client").status == 403


def test_accounts_are_counted_through_every_page_of_the_directory(cloud, monkeypatch):
    accounts = [cloud.open() for _ in range(3)]
    for account in accounts:
        cloud.deposit(account, 1)
    one_by_one = cloud.dynamodb.client.query

    def paged(**parameters):
        return one_by_one(**parameters | {"Limit": 1})

    monkeypatch.setattr(cloud.dynamodb.client, "query", paged)
    assert cloud.trial()["currencies"][0]["credits_posted"] == 3
