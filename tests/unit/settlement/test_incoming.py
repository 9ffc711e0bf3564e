"""What settles of a payment that came in."""

import pytest

from remit.payments.credit import in_transit, transfer_id
from remit.settlement.incoming import members_of
from tests.unit.payments.arrivals import incoming

OURS, THEIRS = "REMIDEFFXXX", "ABNANL2AXXX"


def members(*statuses, **other):
    return [
        (each.id, each.payer, each.payee, each.amount, each.counted_at)
        for each in members_of(incoming(*statuses, **other), OURS)
    ]


def test_a_credit_settles_from_their_bank_to_us():
    made = incoming("credited")
    ((member),) = members_of(made, OURS)
    assert (member.id, member.payer, member.payee) == (transfer_id(made), THEIRS, OURS)
    assert (member.amount, member.counted_at) == (made.amount, made.history[1].at)
    assert member.held_on == in_transit(made)


@pytest.mark.parametrize(("status", "kind"), [("reversed", "take_back"), ("returned", "give_back")])
def test_what_went_back_counts_the_other_way_beside_it(status, kind):
    made = incoming("credited", status)
    first, second = members_of(made, OURS)
    assert (second.id, second.payer, second.payee) == (transfer_id(made, kind), OURS, THEIRS)
    assert (second.amount, second.counted_at) == (first.amount, made.history[2].at)
    assert second.held_on == first.held_on


@pytest.mark.parametrize("statuses", [(), ("rejected",)])
def test_where_no_money_has_moved_nothing_settles(statuses):
    assert members(*statuses) == []


def test_a_rail_without_windows_has_no_members():
    assert members("credited", currency="USD") == []


@pytest.mark.parametrize(
    ("bank", "named"), [("INGBNL2A", "INGBNL2AXXX"), (None, "UNNAMED"), ("REMIDEFF", "UNNAMED")]
)
def test_a_bank_is_named_alike_by_both_of_its_names(bank, named):
    ((_, payer, *_),) = members("credited", debtor_bank=bank)
    assert payer == named
