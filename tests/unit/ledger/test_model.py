"""What a transfer does to accounts, and what it refuses."""

from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from remit.kernel.money import MAX_AMOUNT
from remit.ledger.model import (
    Account,
    BalanceTooLarge,
    CurrencyMismatch,
    InsufficientFunds,
    Leg,
    SameAccount,
    Transfer,
    between,
    post,
)

AT = 1_795_512_600_000
EMPTY = Account(tenant="acme", id="acc_a", currency="EUR", at=AT)


def account(name: str, **state: object) -> Account:
    return replace(EMPTY, id=name, **state)


def transfer(amount: int = 100, *, at: int = AT, legs: tuple[Leg, ...] | None = None) -> Transfer:
    return Transfer(
        id="tr_1",
        tenant="acme",
        currency="EUR",
        legs=between("acc_a", "acc_b", amount) if legs is None else legs,
        kind="payment",
        reference="pay_1",
        by="ada",
        at=at,
    )


def posted(amount: int, *, debtor: Account, creditor: Account, at: int = AT) -> tuple[Account, ...]:
    return post(transfer(amount, at=at), {"acc_a": debtor, "acc_b": creditor})


def test_a_transfer_moves_its_amount_and_adds_one_record_to_each_account():
    rich = account("acc_a", credits_posted=500, sequence=7)
    debtor, creditor = posted(500, debtor=rich, creditor=account("acc_b", sequence=2))
    assert (debtor.available, debtor.posted, debtor.sequence) == (0, 0, 8)
    assert (creditor.available, creditor.posted, creditor.sequence) == (500, 500, 3)


def test_a_debit_beyond_what_is_available_is_refused_by_one_minor_unit():
    with pytest.raises(InsufficientFunds):
        posted(501, debtor=account("acc_a", credits_posted=500), creditor=account("acc_b"))


def test_money_that_is_held_cannot_be_spent():
    held = account("acc_a", credits_posted=500, debits_pending=200)
    assert (held.available, held.pending, held.posted) == (300, -200, 500)
    with pytest.raises(InsufficientFunds):
        posted(301, debtor=held, creditor=account("acc_b"))


def test_announced_money_cannot_be_spent():
    announced = account("acc_a", credits_pending=500)
    assert (announced.available, announced.pending) == (0, 500)


def test_a_house_account_may_go_below_zero():
    debtor, _ = posted(1, debtor=account("acc_a", may_overdraw=True), creditor=account("acc_b"))
    assert debtor.available == -1


@pytest.mark.parametrize("other", ["acc_a", "acc_b"])
def test_an_account_in_another_currency_is_refused_before_its_funds_are_looked_at(other: str):
    accounts = {"acc_a": account("acc_a"), "acc_b": account("acc_b")}
    accounts[other] = replace(accounts[other], currency="USD")
    with pytest.raises(CurrencyMismatch):
        post(transfer(), accounts)


def test_a_counter_never_passes_what_json_can_carry():
    rich = account("acc_a", credits_posted=10)
    full = account("acc_b", credits_posted=MAX_AMOUNT - 4)
    with pytest.raises(BalanceTooLarge):
        posted(5, debtor=rich, creditor=full)
    assert posted(4, debtor=rich, creditor=full)[1].credits_posted == MAX_AMOUNT


@pytest.mark.parametrize(
    ("at", "debtor_at", "creditor_at", "booked"), [(5, 3, 4, 5), (5, 9, 4, 9), (5, 3, 8, 8)]
)
def test_time_never_runs_backwards_in_a_chain(
    at: int, debtor_at: int, creditor_at: int, booked: int
):
    debtor = account("acc_a", credits_posted=100, at=debtor_at)
    after = posted(1, debtor=debtor, creditor=account("acc_b", at=creditor_at), at=at)
    assert [each.at for each in after] == [booked, booked]


def test_a_transfer_to_oneself_is_refused():
    with pytest.raises(SameAccount):
        between("acc_a", "acc_a", 100)


@pytest.mark.parametrize(
    "legs",
    [
        between("acc_a", "acc_b", 0),
        (Leg(account_id="acc_a", side="debit", amount=1),),
        (
            Leg(account_id="acc_a", side="debit", amount=2),
            Leg(account_id="acc_b", side="credit", amount=1),
        ),
    ],
)
def test_legs_that_are_no_transfer_are_a_defect_of_the_caller(legs: tuple[Leg, ...]):
    accounts = {"acc_a": account("acc_a", credits_posted=9), "acc_b": account("acc_b")}
    with pytest.raises(ValueError, match=r"transfer|leg"):
        post(transfer(legs=legs), accounts)


orders = st.lists(st.tuples(st.permutations(["acc_a", "acc_b", "acc_c"]), st.integers(1, 300)))


@given(orders)
def test_no_run_of_transfers_makes_or_loses_money_or_overdraws(
    run: list[tuple[list[str], int]],
):
    accounts = {name: account(name, credits_posted=500) for name in ("acc_a", "acc_b", "acc_c")}
    for (debtor, creditor, _), amount in run:
        before = dict(accounts)
        try:
            after = post(transfer(legs=between(debtor, creditor, amount)), accounts)
        except InsufficientFunds:
            assert amount > before[debtor].available
            continue
        accounts |= {each.id: each for each in after}
        for name in (debtor, creditor):
            assert accounts[name].sequence == before[name].sequence + 1
            assert accounts[name].debits_posted >= before[name].debits_posted
            assert accounts[name].credits_posted >= before[name].credits_posted
    assert sum(each.posted for each in accounts.values()) == 1_500
    assert all(each.available >= 0 for each in accounts.values())
