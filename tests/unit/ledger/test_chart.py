"""House accounts and their shards."""

from collections import Counter

import pytest

from remit.ledger.chart import CHART, house_account, house_account_id, shard_id, shards_on


def test_the_shard_comes_from_the_cause_and_is_always_the_same():
    first = house_account_id("external", currency="EUR", cause="pay_1", at=0)
    assert first == house_account_id("external", currency="EUR", cause="pay_1", at=0)
    assert first == "house.external.EUR.1"


def test_causes_spread_evenly_over_the_shards():
    chosen = Counter(
        house_account_id("external", currency="EUR", cause=f"pay_{n}", at=0) for n in range(8_000)
    )
    assert set(chosen) == {
        shard_id("external", currency="EUR", shard=shard)
        for shard in range(shards_on("2026-11-24"))
    }
    assert all(850 < count < 1_150 for count in chosen.values())


def test_a_shards_id_tells_the_account_and_its_currency():
    assert house_account("house.external.JPY.0") == (CHART["external"], "JPY")


@pytest.mark.parametrize(
    "text",
    [
        "house.external.EUR.8",
        "house.external.EUR.007",
        "house.external.EURO.1",
        "house.petty_cash.EUR.1",
        "house.external.EUR.1\n",
        "acc_2D8F20N1CJBMXGP9DGXRSQ6KAD",
        "",
    ],
)
def test_nothing_else_is_a_house_account(text: str):
    assert house_account(text) is None
