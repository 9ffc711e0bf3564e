"""What other banks have paid to us settles, and what of it went back."""

from remit.payments.incoming_model import IncomingStep
from remit.settlement.arrivals import members_of_incoming
from tests.unit.payments.arrivals import incoming
from tests.unit.settlement.office import OURS


def told(*statuses, **more):
    first = incoming(**more)
    steps = tuple(
        IncomingStep(status=status, at=first.at + 10 * number, by="x")
        for number, status in enumerate(statuses, 1)
    )
    return incoming(**more | {"history": (*first.history, *steps)})


def test_a_payment_is_a_member_once_it_is_credited():
    assert members_of_incoming(told(), OURS) == ()
    assert members_of_incoming(told("rejected"), OURS) == ()
    (member,) = members_of_incoming(told("credited", debtor_bank="ABNANL2A"), OURS)
    assert (member.payer, member.payee, member.amount) == ("ABNANL2AXXX", OURS, told().amount)
    assert member.id.startswith("tr_")
    assert member.held_on.startswith("house.in_transit.EUR.")
    assert member.counted_at == told().at + 10


def test_what_goes_back_is_another_member_the_other_way():
    for undone in ("reversed", "returned"):
        first, second = members_of_incoming(told("credited", undone), OURS)
        assert (second.payer, second.payee) == (first.payee, first.payer)
        assert second.held_on == first.held_on
        assert second.id != first.id
        assert (first.is_void, second.is_void) == (False, undone == "reversed")


def test_a_bank_that_nobody_has_named_is_not_us():
    for bank in (None, OURS):
        (member,) = members_of_incoming(told("credited", debtor_bank=bank), OURS)
        assert member.payer == "UNNAMEDXXXX"


def test_a_rail_without_windows_settles_nothing():
    assert members_of_incoming(told("credited", currency="JPY"), OURS) == ()
