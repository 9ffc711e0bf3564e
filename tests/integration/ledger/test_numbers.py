"""Account numbers: each account has one of its own, and it is kept nowhere."""

import pytest

from remit.kernel.iban import is_iban
from remit.ledger import numbers
from remit.ledger.numbers import (
    FORMATS,
    NO_BANK,
    holder_of,
    holder_of_domestic,
    number,
    reserve,
)
from remit.store.commit import commit
from remit.store.table import Table
from tests.integration.cloud import let_in
from tests.integration.losses import FAULTS, hold_against, hold_when_repeated


def iban(cloud, account):
    return cloud.api("GET", "/accounts/{id}", path={"id": account}).body["iban"]


def table(cloud):
    return Table(client=cloud.dynamodb, name="Ledger")


def test_an_account_is_opened_with_a_number_that_leads_back_to_it(cloud):
    opened = cloud.open_reply().body
    assert is_iban(opened["iban"])
    assert opened["iban"].startswith("DE")
    assert opened["iban"][4:12] == "99999999"
    assert iban(cloud, opened["id"]) == opened["iban"]
    assert holder_of(table(cloud), opened["iban"]) == ("acme", opened["id"])
    assert holder_of(table(cloud), "DE89370400440532013000") is None


def test_an_account_is_found_by_its_domestic_number(cloud):
    opened = cloud.open_reply().body
    domestic, found = opened["iban"][4:], ("acme", opened["id"])
    assert holder_of_domestic(table(cloud), domestic) == found
    for nobodys in ("999999990000000000", domestic[:-1], domestic + "0", "", "9" * 17 + "\u0667"):
        assert holder_of_domestic(table(cloud), nobodys) is None
    assert holder_of_domestic(table(cloud), "-" * 18) is None


def test_a_domestic_number_that_two_have_is_nobodys(cloud):
    # Austria's and Lithuania's are of the same length: only countries tell them apart.
    numbers_of = [number(bank, "acc_1") for bank in ("AT11111", "LT11111")]
    assert len({each.iban[4:] for each in numbers_of}) == 1
    for place, each in enumerate(numbers_of):
        holder = {"tenant": "acme", "account": f"acc_{place}"}
        commit(cloud.dynamodb, [reserve(table(cloud), each, holder)])
        found = holder_of_domestic(table(cloud), each.iban[4:])
        assert found == (None if place else ("acme", "acc_0"))


def test_no_number_is_kept_in_the_clear(cloud):
    opened = cloud.open_reply().body
    assert opened["iban"] not in str(cloud.items("Ledger"))
    assert opened["iban"][12:] not in str(cloud.items("Ledger"))


@pytest.mark.parametrize("country", FORMATS)
def test_every_format_makes_ibans_of_its_country(country):
    bank = country + "1" * FORMATS[country].code
    made = {number(bank, f"acc_{each}").iban for each in range(50)}
    assert len(made) == 50
    assert all(is_iban(one) and one.startswith(country) for one in made)


@pytest.mark.parametrize("bank", ["HK004", "DE1", "DE123456789", ""])
def test_a_bank_without_such_numbers_is_a_mistake_of_ours(bank):
    with pytest.raises(ValueError, match="no bank"):
        number(bank, "acc_1")


def test_where_accounts_have_no_numbers_none_is_given(cloud, monkeypatch):
    monkeypatch.setenv("BANK", NO_BANK)
    assert cloud.open_reply().body["iban"] is None
    assert iban(cloud, cloud.open()) is None


def few(monkeypatch):
    """So few numbers that most are drawn twice."""
    monkeypatch.setattr(numbers, "FORMATS", {"DE": numbers.Format(code=8, digits=10)})
    drawn = numbers.number

    def clash(bank, account_id, draw=0):
        return drawn(bank, "the same" if draw == 0 else account_id, draw)

    monkeypatch.setattr(numbers, "number", clash)


def test_a_number_that_is_taken_is_not_given_again(cloud, monkeypatch):
    few(monkeypatch)
    first, second = cloud.open(), cloud.open()
    assert iban(cloud, first) != iban(cloud, second)
    assert holder_of(table(cloud), iban(cloud, second)) == ("acme", second)


def test_a_number_that_is_taken_meanwhile_is_not_given_again(cloud, monkeypatch):
    few(monkeypatch)
    cloud.dynamodb.watch({3: let_in(lambda: cloud.open(key="rival"))})
    opened = cloud.open(key="mine")
    cloud.dynamodb.watch()
    rival = cloud.open(key="rival")
    assert iban(cloud, opened) != iban(cloud, rival)


@pytest.mark.parametrize("fault", FAULTS)
def test_opening_comes_out_the_same_whatever_is_lost(cloud, fault):
    hold_against(cloud, lambda: cloud.open_reply(key="open"), fault)


def test_opening_twice_gives_one_account_and_one_number(cloud):
    hold_when_repeated(cloud, lambda: cloud.open_reply(key="open"))


def test_the_search_for_a_free_number_ends(cloud, monkeypatch):
    drawn = numbers.number
    monkeypatch.setattr(numbers, "number", lambda bank, _, draw=0: drawn(bank, "same", 0))
    cloud.open()
    assert cloud.open_reply().status == 500
