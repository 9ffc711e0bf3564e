"""Balances by value time, and re-sharding: money counts when it should, and none is lost."""

from collections import Counter

import pytest

from remit.kernel.clock import DAY, rfc3339
from remit.ledger import chart, entries, statement
from remit.ledger.chart import house_account, house_account_id
from remit.ledger.store import Ledger
from remit.store.commit import commit
from tests.integration.cloud import START
from tests.unit.ledger.books import pay

HOUSE = "house.external.EUR.0"


@pytest.fixture
def account(cloud):
    """100 booked and valued at the start; then 20 valued a day before, 3 a day ahead."""
    opened, ledger = cloud.open(), Ledger.of(cloud.dynamodb, "Ledger")
    for number, (amount, shift) in enumerate([(100, None), (20, -DAY), (3, DAY)]):
        at = START + number
        made = pay(
            "tr_" + str(number) * 26,
            HOUSE,
            opened,
            amount,
            at=at,
            value_at=None if shift is None else at + shift,
        )
        commit(cloud.dynamodb, ledger.post(made))
    return opened


def posted(cloud, account, **moments):
    query = {name: rfc3339(START + moment) for name, moment in moments.items()}
    found = cloud.api("GET", "/accounts/{id}/entries", path={"id": account}, query=query)
    return found.body["balance"]["posted"]


@pytest.mark.parametrize(
    ("moments", "expected"),
    [
        ({"value_at": -40 * DAY}, 0),
        ({"value_at": -DAY}, 0),
        ({"value_at": 1 - DAY}, 20),
        ({"value_at": -1}, 20),
        ({"value_at": 0}, 120),
        ({"value_at": DAY + 1}, 120),
        ({"value_at": DAY + 2}, 123),
        ({"value_at": 40 * DAY}, 123),
        ({"value_at": 40 * DAY, "at": 0}, 100),
        ({"value_at": 0, "at": 0}, 100),
        ({"value_at": -1, "at": 1}, 20),
        ({"value_at": -1, "at": 0}, 0),
        ({"at": 2}, 123),
        ({"at": -1}, 0),
    ],
)
def test_a_balance_by_value_time_is_what_counts_then(cloud, account, moments, expected):
    assert posted(cloud, account, **moments) == expected


def test_pages_and_bounds_hold_for_value_balances_too(cloud, account, monkeypatch):
    monkeypatch.setattr(statement, "_BATCH", 1)
    assert posted(cloud, account, value_at=0) == 120
    monkeypatch.setattr(statement, "MOST_ENTRIES", 2)
    query = {"value_at": rfc3339(START)}
    refused = cloud.api("GET", "/accounts/{id}/entries", path={"id": account}, query=query)
    assert refused.code == "too_many_entries"


def statement_of(cloud, account, limit="100", **query):
    """All pages of the statement: amounts in order."""
    query |= {"limit": limit, "order": query.get("order", "value")}
    amounts, cursor = [], {}
    while cursor is not None:
        found = cloud.api(
            "GET", "/accounts/{id}/entries", path={"id": account}, query=query | cursor
        ).body
        amounts += [entry["amount"] for entry in found["items"]]
        cursor = {"cursor": found["next_cursor"]} if found["next_cursor"] else None
    return amounts


@pytest.mark.parametrize("limit", ["1", "2", "100"])
@pytest.mark.parametrize(
    ("order", "since", "until", "expected"),
    [
        ("value", None, None, [20, 100, 3]),
        ("value", -DAY, 0, [20]),
        ("value", 0, 1, [100]),
        ("value", 0, None, [100, 3]),
        ("value", None, DAY + 3, [20, 100, 3]),
        ("value", None, DAY + 2, [20, 100]),
        ("booking", None, None, [100, 20, 3]),
        ("booking", 1, None, [20, 3]),
        ("booking", 1, 2, [20]),
        ("booking", 3, None, []),
        ("booking", None, 0, []),
    ],
)
def test_a_statement_is_by_booking_or_by_value(
    cloud, account, limit, order, since, until, expected
):
    span = {"since": since, "until": until}
    query = {name: rfc3339(START + at) for name, at in span.items() if at is not None}
    assert statement_of(cloud, account, limit, order=order, **query) == expected


def test_a_cursor_of_one_order_is_none_of_the_other(cloud, account):
    def page(**query):
        return cloud.api("GET", "/accounts/{id}/entries", path={"id": account}, query=query)

    first = page(order="value", limit="1").body["next_cursor"]
    assert page(order="booking", cursor=first).code == "invalid_cursor"
    assert page(order="neither").code == "invalid_request"


def test_a_statement_by_value_of_a_busy_span_is_refused(cloud, account, monkeypatch):
    monkeypatch.setattr(entries, "MOST_ENTRIES", 2)
    query = {"order": "value"}
    refused = cloud.api("GET", "/accounts/{id}/entries", path={"id": account}, query=query)
    assert refused.code == "too_many_entries"


def test_a_shard_is_chosen_by_the_cause_and_the_day_alone():
    causes = [f"c{number}" for number in range(800)]
    draw, again = (
        [house_account_id("external", currency="EUR", cause=one, at=START) for one in causes]
        for _ in range(2)
    )
    assert draw == again
    assert min(Counter(draw).values()) > 60


def test_shards_may_be_made_more_or_fewer_while_money_moves(cloud, monkeypatch):
    account = cloud.open()
    history = [("0001-01-01", 8)]
    for day, shards in (("2026-11-25", 64), ("2026-11-26", 2)):
        history.append((day, shards))
        monkeypatch.setattr(chart, "SHARDS_FROM", tuple(history))
        for _ in range(6):
            assert cloud.deposit(account, 1).status == 201
        cloud.clock.now += DAY
        assert cloud.trial()["balanced"]
    for _ in range(6):
        cloud.deposit(account, 1)

    used = [item for item in cloud.items("Ledger") if "#house." in item["pk"]]
    by_day = {day: {int(i["pk"].rpartition(".")[2]) for i in used if i["day"] == day}
              for day in ("2026-11-24", "2026-11-25", "2026-11-26")}  # fmt: skip
    assert max(by_day["2026-11-24"]) < 8 <= max(by_day["2026-11-25"])
    assert max(by_day["2026-11-26"]) < 2
    assert cloud.trial()["currencies"][0]["debits_posted"] == 18
    assert house_account("house.external.EUR.63") is not None
    assert house_account("house.external.EUR.64") is None
