"""Closing business days while postings go on; accounts' rules; transfers seen from both ends."""

import pytest

from remit.ledger import chart, close_day
from remit.ledger.phases import Hold
from remit.ledger.refusals import TransferConflict, TransferExpired, TransferPosted
from remit.ledger.schema import DayView, TransferView
from remit.ledger.store import Ledger
from remit.store.commit import Stale, commit
from tests.integration.cloud import ROUTES, SETTINGS, START, let_in
from tests.integration.losses import FAULTS, hold_against, hold_when_repeated
from tests.unit.ledger.books import end, pay

TODAY, TOMORROW, YESTERDAY = "2026-11-24", "2026-11-25", "2026-11-23"
ROUTES |= {
    ("POST", "/accounts/{id}/rules"): "ledger/rule",
    ("POST", "/ledger/days/{date}/close"): "ledger/close_day",
    ("GET", "/ledger/days/{date}"): "ledger/read_books",
    ("GET", "/ledger/transfers/{id}"): "ledger/read_books",
}


def close(cloud, day=TODAY, **request):
    return cloud.api(
        "POST",
        "/ledger/days/{date}/close",
        role="operator",
        path={"date": day},
        body={"currency": "EUR"},
        **request,
    )


def look(cloud, day=TODAY, currency="EUR"):
    path, query = {"date": day}, {"currency": currency}
    return cloud.api("GET", "/ledger/days/{date}", role="auditor", path=path, query=query)


def rules(cloud, account, role="operator", **body):
    body = {"reason": "it must be", **body}
    return cloud.api("POST", "/accounts/{id}/rules", role=role, path={"id": account}, body=body)


def booked_days(cloud):
    return {(item["transfer"], item["day"]) for item in cloud.items("Ledger") if "transfer" in item}


def figures(cloud):
    return [cloud.balance(item["sk"]) for item in cloud.items("Ledger") if "accounts" in item["pk"]]


@pytest.fixture
def accounts(cloud):
    """Anna with 100, Ben with nothing, and one in yen."""
    anna, ben = cloud.open(), cloud.open()
    cloud.deposit(anna, 100)
    cloud.deposit(cloud.open("JPY"), 7, "JPY")
    return anna, ben


def test_a_closed_day_is_locked_with_its_trial_balance_and_hash(cloud, accounts):
    assert look(cloud).body["status"] == "OPEN"
    closed = close(cloud)

    view = DayView.model_validate(closed.body)
    assert (closed.status, view.status, view.accounts) == (200, "LOCKED", 3)
    assert (view.trial_balance.debits_posted, view.trial_balance.credits_posted) == (100, 100)
    assert len(view.hash) == 64
    assert look(cloud).body == closed.body
    assert look(cloud, currency="JPY").body["status"] == "OPEN"
    said = [item["status"] for item in cloud.items("Ledger") if "#days#" in item["pk"]]
    assert list(dict.fromkeys(said)) == ["CUTOFF", "TIED_OUT", "LOCKED"]


def test_what_is_posted_after_the_close_is_booked_on_the_next_day(cloud, accounts):
    anna, ben = accounts
    before = close(cloud).body
    assert cloud.run(cloud.pay(anna, ben, 30).body["id"]) == "completed"
    late = cloud.open()
    cloud.deposit(late, 5)
    cloud.run(cloud.pay(late, cloud.open(), 5).body["id"])

    after = [day for _, day in booked_days(cloud)]
    assert after.count(TOMORROW) == 3
    assert look(cloud).body == before


def test_a_house_account_that_begins_after_the_close_begins_on_the_next_day(
    cloud, accounts, monkeypatch
):
    close(cloud)
    monkeypatch.setattr(chart, "SHARDS_FROM", (("0001-01-01", 64),))
    known = len(booked_days(cloud))
    fresh = cloud.open()
    for _ in range(5):
        cloud.deposit(fresh, 1)
    assert {day for _, day in booked_days(cloud)} == {TODAY, TOMORROW}
    assert len(booked_days(cloud)) == known + 5


def test_both_sides_of_a_transfer_carry_one_day_whatever_call_of_a_close_it_comes_before(
    cloud, accounts
):
    anna, ben = accounts
    before = cloud.world()
    cloud.dynamodb.watch()
    close(cloud, key="close")
    calls = len(cloud.dynamodb.calls)
    numbers = iter(range(1_000))

    def meanwhile():
        cloud.run(cloud.pay(anna, ben, 1, key=f"pay-{next(numbers)}").body["id"])
        cloud.deposit(cloud.open(key=f"open-{next(numbers)}"), 3, key=f"put-{next(numbers)}")

    for call in range(0, calls, 3):
        cloud.restore(before)
        cloud.dynamodb.watch({call: let_in(meanwhile)})
        closed = close(cloud, key="close").body
        cloud.dynamodb.watch()
        assert closed["status"] == "LOCKED", call
        days = booked_days(cloud)
        assert len({transfer for transfer, _ in days}) == len(days), call
        totals = closed["trial_balance"]
        booked = sum(
            item["amount"]
            for item in cloud.items("Ledger")
            if "transfer" in item
            and (item["day"], item["side"], item["currency"]) == (TODAY, "credit", "EUR")
        )
        assert totals["debits_posted"] == totals["credits_posted"] == booked, call


def test_a_close_goes_on_where_it_stopped(cloud, accounts, monkeypatch):
    monkeypatch.setattr(close_day, "BATCH", 1)
    for _ in range(3):
        cloud.open()
    whole = cloud.world()
    expected = close(cloud, key="close").body
    cloud.restore(whole)
    before, tries = None, 0
    while tries < 20:
        tries += 1
        # No time is left, so that each call does one step.
        answer = close(cloud, key="close", left=4_000)
        if answer.status == 200:
            break
        assert (answer.status, answer.code) == (409, "day_closing")
        assert cloud.world() != before
        before = cloud.world()
    assert tries > 8
    assert answer.body == expected


@pytest.mark.parametrize("fault", FAULTS)
def test_a_close_comes_out_the_same_whatever_is_lost(cloud, accounts, fault):
    hold_against(cloud, lambda: close(cloud, key="close"), fault)


def test_a_close_sent_twice_is_done_once(cloud, accounts):
    hold_when_repeated(cloud, lambda: close(cloud, key="close"))


def test_days_are_closed_in_order(cloud, accounts):
    assert close(cloud, TOMORROW).code == "day_not_begun"
    assert close(cloud).status == 200
    assert close(cloud, YESTERDAY).code == "day_passed"
    assert look(cloud, YESTERDAY).body["status"] == "LOCKED"


@pytest.mark.parametrize("day", ["today", "20261124", "2026-02-30", "2026-W48-2"])
def test_what_is_no_day_is_not_valid(cloud, day):
    assert close(cloud, day).code == look(cloud, day).code == "invalid_day"


def test_books_that_do_not_balance_are_not_tied_out(cloud, accounts):
    record = next(
        item
        for item in cloud.world()["Ledger"]
        if item["pk"]["S"].startswith("acme#house.external.EUR")
    )
    cloud.dynamodb.client.put_item(TableName="Ledger", Item=record | {"debits_posted": {"N": "99"}})
    assert close(cloud).code == "out_of_balance"
    assert look(cloud).body["status"] == "CUTOFF"


def test_only_operators_close_days_and_change_rules(cloud, accounts):
    for role in ("client", "auditor"):
        assert rules(cloud, accounts[0], role, frozen="both").status == 403


def test_a_frozen_account_neither_pays_nor_is_paid(cloud, accounts):
    anna, ben = accounts
    assert rules(cloud, anna, frozen="debits").body["frozen"] == "debits"
    assert cloud.run(cloud.pay(anna, ben, 1).body["id"]) == "declined"
    assert rules(cloud, anna, frozen="both").status == 200
    assert cloud.deposit(anna, 1).code == "account_frozen"
    assert rules(cloud, anna, frozen="none", limit=101).body["limit"] == 101
    assert cloud.deposit(anna, 2).code == "limit_exceeded"
    assert rules(cloud, anna, limit=None).body["limit"] is None
    assert cloud.deposit(anna, 2).status == 201


def test_an_account_is_closed_only_when_it_is_empty(cloud, accounts):
    anna, ben = accounts
    assert rules(cloud, anna, closed=True).code == "account_not_empty"
    assert rules(cloud, ben, closed=True).body["closed"] is True
    assert cloud.deposit(ben, 1).code == "account_closed"
    assert rules(cloud, ben, frozen="none").code == "account_closed"


def test_a_rule_that_comes_while_a_payment_is_posted_is_heeded(cloud, accounts):
    anna, ben = accounts
    payment = cloud.pay(anna, ben, 1).body["id"]
    cloud.task("check", payment)
    before = cloud.world()
    cloud.dynamodb.watch()
    cloud.task("post", payment)
    last = max(n for n, call in enumerate(cloud.dynamodb.calls) if call == "transact_write_items")
    cloud.restore(before)
    cloud.dynamodb.watch({last: let_in(lambda: rules(cloud, anna, frozen="debits"))})
    assert cloud.task("post", payment) == "declined"


def test_a_reversal_is_seen_from_both_ends(cloud, accounts):
    anna, ben = accounts
    ledger = Ledger.of(cloud.dynamodb, "Ledger")
    first = pay("tr_" + "1" * 26, anna, ben, 50, at=START)
    back = pay("tr_" + "2" * 26, ben, anna, 20, at=START, reverses=first.id)
    commit(cloud.dynamodb, ledger.post(first))
    commit(cloud.dynamodb, ledger.post(back))

    def seen(transfer):
        found = cloud.api("GET", "/ledger/transfers/{id}", role="auditor", path={"id": transfer.id})
        return TransferView.model_validate(found.body)

    assert (seen(first).reversed, seen(first).reversals) == (20, 1)
    assert seen(back).reverses == first.id


def test_a_hold_is_committed_with_its_time_in_the_condition(cloud, accounts):
    ledger = Ledger.of(cloud.dynamodb, "Ledger")
    held = Hold(transfer=pay("tr_" + "1" * 26, *accounts, 50, at=START), expires_at=START + 60_000)
    commit(cloud.dynamodb, ledger.carry_out("acme", [held]))
    assert cloud.balance(accounts[0]) == 50
    (due,) = ledger.due(held.expires_at, limit=9).items
    assert due["sk"] == f"acme#{held.transfer.id}"


def test_the_ledger_of_a_cloud_is_verified_by_operations(cloud, accounts):
    from tests.builders import event, function, lambda_context

    close(cloud)
    cloud.run(cloud.pay(*accounts, 3).body["id"])
    assert SETTINGS["LEDGER_TABLE"]
    verify = function("ledger/verify").handler
    assert verify(event("ledger/verify/now"), lambda_context())["right"] is True
    wrong = next(item for item in cloud.world()["Ledger"] if "amount" in item)
    cloud.dynamodb.client.put_item(TableName="Ledger", Item=wrong | {"amount": {"N": "1"}})
    assert verify({}, lambda_context())["count"] > 0


def test_an_account_opened_after_the_close_begins_on_the_next_day(cloud, accounts):
    close(cloud)
    late = cloud.open()
    (opening,) = [item for item in cloud.items("Ledger") if item["pk"] == f"acme#{late}"]
    assert opening["day"] == TOMORROW


def test_an_account_is_not_opened_on_a_day_that_is_closed_meanwhile(cloud, accounts):
    before = cloud.world()
    cloud.dynamodb.watch()
    cloud.open(key="late")
    for call in range(len(cloud.dynamodb.calls)):
        cloud.restore(before)
        cloud.dynamodb.watch({call: let_in(lambda: close(cloud))})
        late = cloud.open(key="late")
        cloud.dynamodb.watch()
        (opening,) = [item for item in cloud.items("Ledger") if item["pk"] == f"acme#{late}"]
        assert opening["day"] == TOMORROW, call


def test_chains_that_begin_do_not_begin_on_a_day_that_is_closed_meanwhile(cloud, accounts):
    ledger = Ledger.of(cloud.dynamodb, "Ledger")
    used = {item["pk"].rpartition("#")[2] for item in cloud.items("Ledger")}
    one, two = [name for name in chart.house_shards("EUR") if name not in used][:2]
    writes = ledger.post(pay("tr_" + "1" * 26, one, two, 5, at=START))
    close(cloud)
    with pytest.raises(Stale):
        commit(cloud.dynamodb, writes)
    commit(cloud.dynamodb, ledger.post(pay("tr_" + "1" * 26, one, two, 5, at=START)))
    assert ledger.account("acme", one).day == ledger.account("acme", two).day == TOMORROW


@pytest.mark.parametrize("outcome", ["posted", "voided"])
def test_a_hold_whose_time_is_over_is_refused_by_the_commit_itself(cloud, accounts, outcome):
    ledger = Ledger.of(cloud.dynamodb, "Ledger")
    held = pay("tr_" + "1" * 26, *accounts, 50, at=START)
    commit(cloud.dynamodb, ledger.carry_out("acme", [Hold(transfer=held, expires_at=START + 9)]))
    ending = ledger.carry_out("acme", [end(held.id, outcome, at=START)])
    stored = next(i for i in cloud.world()["Ledger"] if "expires_at" in i)
    cloud.dynamodb.client.put_item(
        TableName="Ledger", Item=stored | {"expires_at": {"N": str(START)}}
    )
    with pytest.raises(TransferExpired):
        commit(cloud.dynamodb, ending)


def test_two_ends_of_one_hold_cannot_both_be_committed(cloud, accounts):
    ledger = Ledger.of(cloud.dynamodb, "Ledger")
    held = pay("tr_" + "1" * 26, *accounts, 50, at=START)
    commit(cloud.dynamodb, ledger.carry_out("acme", [Hold(transfer=held, expires_at=START + 9)]))
    posting = ledger.carry_out("acme", [end(held.id, at=START)])
    voiding = ledger.carry_out("acme", [end(held.id, "voided", at=START)])
    commit(cloud.dynamodb, posting)
    with pytest.raises(Stale):
        commit(cloud.dynamodb, voiding)
    with pytest.raises(TransferPosted):
        ledger.carry_out("acme", [end(held.id, "voided", at=START)])
    with pytest.raises(TransferConflict):
        ledger.carry_out("acme", [pay(held.id, *accounts, 10**9, at=START)])
