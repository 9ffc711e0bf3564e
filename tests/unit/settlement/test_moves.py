"""What settlement moves: once a window is settled, nothing of it is left in transit."""

from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from remit.settlement.moves import Books, collected, paid
from remit.settlement.netting import instructions, positions
from tests.unit.ledger.books import Books as Ledger
from tests.unit.ledger.books import pay
from tests.unit.settlement.made import member
from tests.unit.settlement.test_netting import WINDOW

BOOKS = Books(
    tenant="acme",
    ours="ours",
    settlement="settlement",
    nostro="nostro",
    by="settlement",
    at=WINDOW.seals_at,
)
SHARDS = ("transit.0", "transit.1", "transit.2")
EACH = (
    member("a", "ours", "bank_b", 100, held_on="transit.0"),
    member("b", "ours", "bank_c", 30, held_on="transit.1"),
    member("c", "bank_c", "ours", 50, held_on="transit.1"),
    member("d", "bank_b", "bank_c", 999),
)


def told(transfers):
    return [
        (transfer.legs[0].account_id, transfer.legs[1].account_id, transfer.legs[0].amount)
        for transfer in transfers
    ]


def ledger_with(members):
    """The ledger as payments have left it: what is ours and on its way lies in transit."""
    ledger = Ledger()
    for name in ("customers", *SHARDS, "settlement", "nostro"):
        ledger.add(name, may_overdraw=True)
    for each in members:
        if each.payer == "ours":
            ledger.do(pay(each.id, "customers", each.held_on, each.amount))
        elif each.payee == "ours":
            ledger.do(pay(each.id, each.held_on, "customers", each.amount))
    return ledger


def settle(ledger, members, mode="net"):
    orders = instructions(WINDOW, members, mode=mode, agent="central")
    for transfer in (*collected(WINDOW, members, BOOKS), *paid(WINDOW, orders, BOOKS)):
        ledger.do(transfer)


def test_each_account_in_transit_is_emptied_by_one_transfer():
    assert told(collected(WINDOW, EACH, BOOKS)) == [
        ("transit.0", "settlement", 100),
        ("settlement", "transit.1", 20),
    ]


def test_what_came_in_and_went_out_evenly_on_one_account_needs_no_transfer():
    even = (replace(EACH[1], amount=50), EACH[2])
    assert collected(WINDOW, even, BOOKS) == ()


def test_the_nostro_pays_or_gets_the_net_position():
    orders = instructions(WINDOW, EACH, mode="net", agent="central")
    assert told(paid(WINDOW, orders, BOOKS)) == [("settlement", "nostro", 80)]
    gets = [member("a", "bank_b", "ours", 7, held_on="transit.0")]
    orders = instructions(WINDOW, gets, mode="net", agent="central")
    assert told(paid(WINDOW, orders, BOOKS)) == [("nostro", "settlement", 7)]


def test_only_what_was_confirmed_is_booked_and_the_rest_stays_on_the_settlement_account():
    ledger = ledger_with(EACH)
    orders = instructions(WINDOW, EACH, mode="gross", agent="central")
    done = [order for order in orders if order.amount != 30]
    for transfer in (*collected(WINDOW, EACH, BOOKS), *paid(WINDOW, done, BOOKS)):
        ledger.do(transfer)
    assert ledger.accounts["settlement"].posted == 30
    assert ledger.accounts["nostro"].posted == 50


members = st.lists(
    st.tuples(
        st.sampled_from([("ours", "bank_b"), ("bank_b", "ours"), ("bank_b", "bank_c")]),
        st.integers(1, 1000),
        st.sampled_from(SHARDS),
    ),
    max_size=20,
).map(
    lambda drawn: [
        member(f"m{number}", *pair, amount, held_on=shard)
        for number, (pair, amount, shard) in enumerate(drawn)
    ]
)


@given(members, st.sampled_from(["net", "gross"]))
def test_after_a_settled_window_nothing_is_in_transit(found, mode):
    ledger = ledger_with(found)
    settle(ledger, found, mode)
    ours = sum(each.net for each in positions(found) if each.participant == "ours")
    assert [ledger.accounts[shard].posted for shard in SHARDS] == [0, 0, 0]
    assert ledger.accounts["settlement"].posted == 0
    assert ledger.accounts["nostro"].posted == -ours


@given(members)
def test_settling_again_makes_the_same_transfers(found):
    once, again = collected(WINDOW, found, BOOKS), collected(WINDOW, [*reversed(found)], BOOKS)
    assert once == again
    ids = [transfer.id for transfer in once]
    assert len(set(ids)) == len(ids)


def test_a_transfer_names_its_window_and_its_id_derives_from_tenant_and_window():
    (first, _), (other, _) = (
        collected(WINDOW, EACH, books) for books in (BOOKS, replace(BOOKS, tenant="zeta"))
    )
    assert (first.reference, first.kind, first.tenant) == (WINDOW.id, "settlement", "acme")
    assert (first.at, first.by, first.currency) == (WINDOW.seals_at, "settlement", "EUR")
    assert first.id != other.id


def test_money_of_ours_that_is_held_nowhere_is_not_passed_over():
    with pytest.raises(ValueError, match="a is ours, and held on no account"):
        collected(WINDOW, [member("a")], BOOKS)


def test_an_instruction_of_another_window_is_not_booked_here():
    (order,) = instructions(WINDOW, EACH[:1], mode="gross", agent="central")
    with pytest.raises(ValueError, match="its own window"):
        paid(WINDOW, [replace(order, window_id="win_2")], BOOKS)
    assert len(paid(WINDOW, [order, order], BOOKS)) == 1
