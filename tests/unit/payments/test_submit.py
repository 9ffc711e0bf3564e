"""What is sent to a rail, and that it is the same each time."""

import pytest

from remit.payments.orders import OrderStore, Parties
from remit.payments.rail_desk import RailDesk
from remit.payments.submit import send
from remit.rails.outgoing import Side
from tests.unit.payments.outside import UETR, outside

PARTIES = Parties(
    debtor=Side(name="Ada", iban="DE89370400440532013000", bic="REMIDEFFXXX"),
    creditor=Side(name="Zoë", iban="NL91ABNA0417164300", bic="ABNANL2AXXX"),
)


class Line:
    """Keeps what is sent."""

    def __init__(self):
        self.sent = []

    def send(self, message_id, body, *, now):
        self.sent.append((message_id, body, now))
        return "taken"


def desk(line):
    return RailDesk(payments=None, orders=None, ledger=None, vault=None, lines={"sct_inst": line})


def test_the_message_is_the_same_whenever_it_is_sent():
    line = Line()
    for now in (1, 2):
        assert send(desk(line), outside("reserved", "submitted"), PARTIES, now=now) == "taken"
    (first, body, _), (again, same, _) = line.sent
    assert (first, body) == (again, same)
    assert first == "T" + UETR.replace("-", "")
    assert f"<UETR>{UETR}</UETR>".encode() in body


def test_the_schemes_clock_starts_when_the_payment_was_submitted():
    line = Line()
    send(desk(line), outside("reserved", "submitted"), PARTIES, now=99)
    assert b"<AccptncDtTm>2026-11-24T09:30:02.000Z</AccptncDtTm>" in line.sent[0][1]


def test_nothing_is_sent_before_it_is_written_that_it_may_have_been():
    with pytest.raises(ValueError, match="submitted before it is sent"):
        send(desk(Line()), outside("reserved"), PARTIES, now=1)


def test_parties_come_back_from_their_sealed_form_as_they_were():
    assert Parties.from_json(PARTIES.as_json()) == PARTIES


def test_a_payment_without_its_order_is_a_defect_and_never_sent():
    class Empty:
        def get(self, _):
            return None

    with pytest.raises(LookupError):
        OrderStore(table=Empty()).of_payment(outside("reserved"))
