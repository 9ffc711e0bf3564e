"""A cap holds for any number of payments, and refuses none that it has room for."""

import random
from dataclasses import replace

import pytest

from remit.kernel.errors import Unavailable
from remit.ledger import headroom
from remit.ledger.model import Transfer, between, ruled
from remit.ledger.refusals import LimitExceeded, TransferConflict
from remit.ledger.verify import verify
from remit.payments.funds import OVER_CAP
from remit.payments.reserve import in_transit, reserve
from remit.payments.store import PaymentStore
from remit.settlement.cap import cap_of, set_cap
from remit.settlement.schema import NewCap
from remit.store.commit import Stale, commit
from remit.store.idempotency import Command
from remit.store.item import decode_item
from tests.unit.payments.outside import outside
from tests.unit.settlement import office as offices
from tests.unit.settlement.office import lose, office


@pytest.fixture
def here(monkeypatch):
    monkeypatch.setitem(offices.TABLES, "Payments", ("pk", "sk"))
    made = office()
    made.numbers = 1_000
    return made


def capped(here, cap, key="cap"):
    command = Command(
        tenant="acme", key=key, fingerprint=str(cap), path="/v1/x", actor="ada@acme", now=here.now
    )
    request = NewCap(currency="EUR", cap=cap, reason="agreed")
    return set_cap(here.ledger, here.idempotency, command, request)


def reserved(here, number, amount):
    """A payment of that amount, once *Reserve funds* has seen it; its status and reason."""
    payments = PaymentStore.of(here.client, "Payments")
    payment = outside(
        id=f"pay_{number:026d}",
        amount=amount,
        created_at=here.now,
        debtor_account=f"house.external.EUR.{number % 8}",
    )
    commit(here.client, [payments.create(payment)])
    reserve(payments, here.ledger, tenant="acme", payment_id=payment.id, now=here.now)
    last = payments.get("acme", payment.id).history[-1]
    return last.status, last.reason


def test_a_cap_is_set_seen_and_taken_away(here):
    assert cap_of(here.ledger, "acme", "EUR") == {"currency": "EUR", "cap": None, "used": 0}
    assert capped(here, 1_003).status == 200
    assert cap_of(here.ledger, "acme", "EUR") == {"currency": "EUR", "cap": 1_003, "used": 0}
    assert reserved(here, 1, 1_000) == ("reserved", None)
    assert cap_of(here.ledger, "acme", "EUR")["used"] == 1_000
    refused = capped(here, 999, key="lower")
    assert refused.status == 409
    assert '"code":"cap_below_use"' in refused.body
    assert capped(here, None, key="none").status == 200
    assert reserved(here, 2, 10**9) == ("reserved", None)


def test_a_payment_over_the_cap_is_declined_for_that_reason_and_stays_so(here):
    capped(here, 100)
    assert reserved(here, 1, 101) == ("declined", OVER_CAP)
    assert here.balance("in_transit") == 0
    capped(here, 1_000, key="more")
    payments = PaymentStore.of(here.client, "Payments")
    again = reserve(payments, here.ledger, tenant="acme", payment_id=f"pay_{1:026d}", now=here.now)
    assert (again.status, again.here) == ("declined", False)


def test_all_of_a_cap_can_be_used_by_one_payment_or_by_many(here):
    capped(here, 80)
    assert reserved(here, 1, 80) == ("reserved", None)
    assert reserved(here, 2, 1) == ("declined", OVER_CAP)
    capped(here, 160, key="more")
    assert {reserved(here, number, 1) for number in range(3, 83)} == {("reserved", None)}
    assert reserved(here, 83, 1) == ("declined", OVER_CAP)
    assert here.balance("in_transit") == 160


def test_what_comes_in_and_what_is_settled_makes_room(here):
    capped(here, 100)
    assert reserved(here, 1, 100) == ("reserved", None)
    here.book(here.member(40, incoming=True, books=False))
    assert reserved(here, 2, 41) == ("declined", OVER_CAP)
    assert reserved(here, 3, 40) == ("reserved", None)


def decided(here, number, amount):
    """What payment `number` would commit: its transfer, or room for it; None when declined."""
    account = f"house.in_transit.EUR.{number % 8}"
    transfer = Transfer(
        id=f"tr_{number:026d}",
        tenant="acme",
        currency="EUR",
        legs=between(f"house.external.EUR.{number % 8}", account, amount),
        kind="reserve",
        reference="x",
        by="test",
        at=here.now,
    )
    try:
        return here.ledger.post(transfer), True
    except LimitExceeded:
        found = headroom.shards(here.ledger, "acme", "in_transit", "EUR")
        return headroom.make_room(here.ledger, found, account, amount, by="t", at=1), False


@pytest.mark.parametrize("seed", [1, 2])
def test_fifty_at_once_never_take_it_over_the_cap(here, seed):
    """Ten decide on what they have read, and commit in any order; who is too late, once more."""
    cap, chance, used = 1_000, random.Random(seed), 0
    capped(here, cap)
    amounts = {number: chance.randrange(1, 100) for number in range(50)}
    waiting = set(amounts)
    while waiting:
        some = chance.sample(sorted(waiting), min(10, len(waiting)))
        plans = {number: decided(here, number, amounts[number]) for number in some}
        chance.shuffle(some)
        for number in some:
            writes, moves = plans[number]
            if writes is None:
                waiting.remove(number)
            elif writes and committed(here, writes) and moves:
                waiting.remove(number)
                used += amounts[number]
        now = headroom.shards(here.ledger, "acme", "in_transit", "EUR")
        assert sum(each.posted for each in now) == used <= cap
        assert sum(each.rules.limit for each in now) == cap
    assert used > cap - 100


def committed(here, writes):
    try:
        commit(here.client, writes)
    except Stale:
        return False
    return True


def passing(number, amount, *, out=True):
    """A transfer that takes shard `number` up by `amount`, or down."""
    ends = (f"house.external.EUR.{number}", f"house.in_transit.EUR.{number}")
    return between(*(ends if out else reversed(ends)), amount)


def moved(here, name, *legs, kind="take_back"):
    """Transfers in one commit that no cap may refuse; whether somebody else was first."""
    transfers = [
        Transfer(
            id=f"tr_{name:020d}{each:06d}",
            tenant="acme",
            currency="EUR",
            legs=one,
            kind=kind,
            reference="x",
            by="test",
            at=here.now,
        )
        for each, one in enumerate(legs)
    ]
    return headroom.owed(here.ledger, "in_transit", transfers)


def in_use(here):
    return cap_of(here.ledger, "acme", "EUR")["used"]


def right(here):
    """The ledger as it stands has nothing that its verification would name."""
    items = here.database.snapshot()["Ledger"].values()
    return verify([decode_item(each) for each in items]) == []


def test_what_is_owed_goes_back_though_the_cap_is_full(here):
    capped(here, 100)
    assert reserved(here, 1, 100) == ("reserved", None)
    commit(here.client, moved(here, 1, passing(3, 30)))
    assert cap_of(here.ledger, "acme", "EUR") == {"currency": "EUR", "cap": 100, "used": 130}
    assert right(here)


def test_while_it_stands_above_the_cap_nothing_is_accepted_wherever_it_comes_down(here):
    capped(here, 800)
    assert reserved(here, 1, 800) == ("reserved", None)
    commit(here.client, moved(here, 1, passing(3, 50)))
    for shard, amount in ((0, 30), (5, 18)):
        commit(here.client, moved(here, 2 + shard, passing(shard, amount, out=False)))
        assert [decided(here, 16 + each, 1)[0] for each in range(8)] == [None] * 8
    commit(here.client, moved(here, 10, passing(0, 5, out=False)))
    assert in_use(here) == 797
    assert reserved(here, 10, 4) == ("declined", OVER_CAP)
    assert reserved(here, 11, 3) == ("reserved", None)
    assert right(here)


def test_where_the_whole_has_room_what_is_owed_takes_it_from_other_shards(here):
    capped(here, 800)
    commit(here.client, moved(here, 1, passing(3, 700)))
    assert reserved(here, 1, 101) == ("declined", OVER_CAP)
    assert reserved(here, 2, 100) == ("reserved", None)


def test_a_window_is_settled_though_its_shards_stand_at_their_limits(here):
    """What was owed to us on one shard has been room for what we owe on another."""
    capped(here, 100)
    commit(here.client, moved(here, 1, passing(3, 900, out=False)))
    assert reserved(here, 1, 1_000) == ("reserved", None)
    held = [each.posted for each in headroom.shards(here.ledger, "acme", "in_transit", "EUR")]
    ends = [passing(n, abs(most), out=most < 0) for n, most in enumerate(held) if most]
    commit(here.client, moved(here, 2, *ends, kind="settlement"))
    assert (in_use(here), right(here)) == (0, True)
    assert reserved(here, 2, 100) == ("reserved", None)
    assert reserved(here, 3, 1) == ("declined", OVER_CAP)


@pytest.mark.parametrize("fault", ["made again", "reply lost", "a rival"])
def test_what_is_owed_is_booked_once_whatever_happens(here, fault):
    capped(here, 10)
    writes = moved(here, 1, passing(3, 30))
    if fault == "a rival":
        commit(here.client, moved(here, 2, passing(5, 7)))
        with pytest.raises(Stale):
            commit(here.client, writes)
        commit(here.client, moved(here, 1, passing(3, 30)))
        assert in_use(here) == 37
    else:
        if fault == "reply lost":
            here.client.after = lose(here.client.calls)
            with pytest.raises(Unavailable):
                commit(here.client, writes)
            here.client.after = None
        else:
            commit(here.client, writes)
        with pytest.raises(TransferConflict):
            moved(here, 1, passing(3, 30))
        assert in_use(here) == 30
    assert right(here)


@pytest.mark.parametrize("seed", [0, 2, 3, 4])
def test_whoever_is_at_it_at_once_no_payment_is_accepted_above_the_cap(here, seed):
    """Payments, money owed and money that comes down, each decided on what it has read."""
    cap, chance = 300, random.Random(seed)
    capped(here, cap)
    waiting = {
        number: (chance.choice(("pay", "pay", "owe", "fall")), chance.randrange(1, 120))
        for number in range(80)
    }
    above = accepted = 0
    while waiting:
        some = chance.sample(sorted(waiting), min(5, len(waiting)))
        plans = [(number, *planned(here, number, *waiting[number])) for number in some]
        chance.shuffle(plans)
        for number, writes, ends in plans:
            kind, before = waiting[number][0], in_use(here)
            if writes is None or (writes and committed(here, writes) and ends):
                waiting.pop(number)
            if kind == "pay" and in_use(here) > before:
                assert in_use(here) <= cap
                accepted += 1
            above += in_use(here) > max(cap, before)
        assert cap_of(here.ledger, "acme", "EUR")["cap"] == cap
    assert above
    assert accepted
    assert right(here)


def planned(here, number, kind, amount):
    """What it would commit, and whether that is the end of it."""
    if kind == "pay":
        return decided(here, number, amount)
    return moved(here, number, passing(number % 8, amount, out=kind == "owe")), True


def test_where_the_shard_has_room_nothing_moves(here):
    capped(here, 800)
    found = headroom.shards(here.ledger, "acme", "in_transit", "EUR")
    payment = outside(id=f"pay_{1:026d}", created_at=here.now)
    assert headroom.make_room(here.ledger, found, in_transit(payment), 801, by="t", at=1) is None
    none = [each for each in found if each.rules.limit is None]
    assert none == []
    with pytest.raises(ValueError, match="hold more"):
        headroom.limit(here.ledger, found, -1, by="t", at=1, why="x")


def test_a_shard_that_came_later_and_has_no_limit_leaves_the_others_theirs(here):
    """Until the cap is set again: what is owed is booked, and no limit changes."""
    capped(here, 0)
    found = headroom.shards(here.ledger, "acme", "in_transit", "EUR")
    free = ruled(found[7], replace(found[7].rules, limit=None), at=here.now)
    commit(here.client, [here.ledger.record(free, by="t", why="x")])
    commit(here.client, moved(here, 1, passing(3, 30)))
    now = headroom.shards(here.ledger, "acme", "in_transit", "EUR")
    assert [each.rules.limit for each in now] == [0] * 7 + [None]
    assert now[3].posted == 30
    assert headroom.make_room(here.ledger, now, now[7].id, 1, by="t", at=1) == []


def test_a_payment_ends_also_where_only_some_shards_have_a_limit(here):
    capped(here, 8_000)
    found = headroom.shards(here.ledger, "acme", "in_transit", "EUR")
    free = ruled(found[7], replace(found[7].rules, limit=None), at=here.now)
    commit(here.client, [here.ledger.record(free, by="t", why="x")])
    ends = [reserved(here, number, 2_000)[0] for number in range(1, 17)]
    # Seven shards have 7,000 together, and the eighth takes whatever comes to it.
    assert ends.count("reserved") >= 3
    assert {*ends} <= {"reserved", "declined"}


@pytest.mark.parametrize("late", range(1, 8))
def test_of_two_caps_that_are_set_at_once_one_holds_and_they_are_never_mixed(here, late):
    """The second is set between two of the shards that the first one has read."""
    capped(here, 3_000)
    before = headroom.shards(here.ledger, "acme", "in_transit", "EUR")
    capped(here, None, key="none")
    after = headroom.shards(here.ledger, "acme", "in_transit", "EUR")
    skewed = before[:late] + after[late:]
    writes = headroom.limit(here.ledger, skewed, 3_000, by="t", at=here.now, why="x")
    with pytest.raises(Stale):
        commit(here.client, writes)
    assert cap_of(here.ledger, "acme", "EUR")["cap"] is None
