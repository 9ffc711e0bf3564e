"""Net debit caps: what all shares hold together decides, and nothing is drawn twice."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from remit.settlement.caps import Draw, draw, drawn, raised, shares
from remit.settlement.model import NetDebitCapExceeded


def left(found):
    return sum(share.headroom for share in found)


def test_a_cap_is_spread_over_its_shares_without_losing_a_unit():
    found = shares("win_1", "ours", cap=1003, count=4)
    assert [share.headroom for share in found] == [251, 251, 251, 250]
    assert [share.number for share in found] == [0, 1, 2, 3]
    assert {(share.window_id, share.participant) for share in found} == {("win_1", "ours")}


@pytest.mark.parametrize(("cap", "count"), [(-1, 4), (100, 0), (100, 17)])
def test_a_cap_that_is_none_is_refused(cap, count):
    with pytest.raises(ValueError, match="a cap"):
        shares("win_1", "ours", cap=cap, count=count)
    assert len(shares("win_1", "ours", cap=0)) == 16


def test_a_payment_draws_on_one_share_while_that_has_enough():
    found = shares("win_1", "ours", cap=1600)
    (only,) = draw(found, "pay_1", 100)
    assert only.amount == 100
    assert draw(found, "pay_1", 100) == (only,)
    assert len({draw(found, f"pay_{number}", 1)[0].number for number in range(200)}) == 16


def test_a_payment_that_is_larger_than_its_share_draws_on_the_next():
    found = shares("win_1", "ours", cap=400, count=4)
    draws = draw(found, "pay_1", 250)
    assert [each.amount for each in draws] == [100, 100, 50]
    start = draws[0].number
    assert [each.number for each in draws] == [(start + step) % 4 for step in range(3)]


def test_the_cap_is_refused_by_one_minor_unit():
    found = shares("win_1", "ours", cap=400, count=4)
    assert left(drawn(found, draw(found, "pay_1", 400))) == 0
    with pytest.raises(NetDebitCapExceeded):
        draw(found, "pay_1", 401)


def test_two_payments_that_saw_the_same_shares_cannot_both_have_the_last_of_it():
    found = shares("win_1", "ours", cap=100, count=1)
    first, second = draw(found, "pay_1", 60), draw(found, "pay_2", 60)
    after = drawn(found, first)
    with pytest.raises(NetDebitCapExceeded):
        drawn(after, second)


def test_what_comes_in_may_be_spent():
    found = drawn(shares("win_1", "ours", cap=10, count=2), [Draw(number=0, amount=5)])
    assert left(raised(found, "pay_2", 90)) == 95
    assert draw(raised(found, "pay_2", 90), "pay_3", 95)


@pytest.mark.parametrize("amount", [0, -1])
def test_draws_and_raises_are_positive(amount):
    found = shares("win_1", "ours", cap=100)
    with pytest.raises(ValueError, match="positive"):
        draw(found, "pay_1", amount)
    with pytest.raises(ValueError, match="positive"):
        raised(found, "pay_1", amount)


@given(
    st.integers(0, 2000),
    st.integers(1, 16),
    st.lists(st.tuples(st.booleans(), st.integers(1, 300)), max_size=60),
)
def test_a_participant_never_owes_more_than_its_cap(cap, count, life):
    found, owed = shares("win_1", "ours", cap=cap, count=count), 0
    for number, (pays, amount) in enumerate(life):
        if not pays:
            found, owed = raised(found, f"pay_{number}", amount), owed - amount
            continue
        try:
            found = drawn(found, draw(found, f"pay_{number}", amount))
        except NetDebitCapExceeded:
            assert owed + amount > cap
        else:
            owed += amount
        assert owed <= cap
        assert left(found) == cap - owed
        assert all(share.headroom >= 0 for share in found)
