"""Whatever way a window's events arrive, its hash is one; and what of a payment is a member."""

import pytest

from remit.payments.model import Back, Step
from remit.payments.reserve import in_transit
from remit.settlement import check, proof
from remit.settlement.join import members_of
from tests.unit.payments.outside import outside
from tests.unit.settlement.office import OURS
from tests.unit.settlement.shuffled import begun, shuffled

WAYS = 200
"""`python -m bench settlement` tries a thousand."""


@pytest.fixture
def few_parts(monkeypatch):
    for module in (proof, check):
        monkeypatch.setattr(module, "PARTS", 2)


@pytest.mark.usefixtures("few_parts")
def test_a_window_whose_events_are_shuffled_delayed_and_doubled_has_one_hash():
    start, members = begun(5)
    hashes = {shuffled(start.fork(), members, seed) for seed in range(WAYS)}
    assert len(hashes) == 1


def test_what_its_rail_has_accepted_is_a_member_and_each_return_another():
    paid = outside("reserved", "submitted", "completed", creditor_bic="ABNANL2A")
    (member,) = members_of(paid, OURS)
    assert (member.id, member.payer, member.payee) == (paid.id, OURS, "ABNANL2AXXX")
    assert (member.amount, member.counted_at) == (paid.amount, paid.reached("completed"))
    assert member.held_on == in_transit(paid)
    back = outside(
        "reserved",
        "submitted",
        "completed",
        creditor_bic="ABNANL2AXXX",
        returned=5,
        returns=(Back(id="tr_1", amount=5, at=77),),
    )
    first, second = members_of(back, OURS)
    assert first == member
    assert (second.id, second.payer, second.payee) == ("tr_1", "ABNANL2AXXX", OURS)
    assert (second.amount, second.counted_at, second.held_on) == (5, 77, member.held_on)


@pytest.mark.parametrize("bic", [None, "REMIDEFF"])
def test_a_bank_that_nobody_has_named_goes_by_its_country(bic):
    paid = outside("completed", creditor_bic=bic, creditor_country="NL")
    assert members_of(paid, OURS)[0].payee == "UNNAMEDNL"


def test_nothing_settles_of_what_no_rail_has_accepted():
    declined = outside("reserved", "submitted").after(Step(status="declined", at=9, by="rail"))
    for payment in (outside("reserved"), outside("reserved", "submitted"), declined):
        assert members_of(payment, OURS) == ()
