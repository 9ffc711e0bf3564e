"""Another bank's credit transfer, read; and what we answer, by schema and always the same."""

from dataclasses import replace
from datetime import date

import pytest
from lxml import etree

from remit.kernel.money import Money
from remit.rails.answers import ACCEPTED, Answered, give_back, refuse, status
from remit.rails.arrived import names_of
from remit.rails.capability import RAILS
from remit.rails.iso20022 import pacs002, pacs004, pacs008
from remit.rails.iso20022.errors import InvalidMessage
from remit.rails.iso20022.parts import (
    Account,
    Agent,
    Code,
    GroupHeader,
    Identification,
    Party,
    PaymentIds,
    Remittance,
    Settlement,
    Structured,
)
from remit.rails.transfers import read
from tests.unit.rails.files import needs_shared_data
from tests.unit.rails.tables import xsd

UETR = "6d75daa0-1e92-4423-83ae-929947f36047"
AT = 1_795_512_600_000
SIZE = 100_000
DIGEST = "695f19dc5dcd3919a8dc0a4179c31f66b5b99e7ff8e891b03e3c465ea73e3901"


def message(count=1, **change):
    transfer = pacs008.CreditTransfer(
        **{
            "ids": PaymentIds(end_to_end_id="E2E-1", transaction_id="TX-1", uetr=UETR),
            "amount": Money(amount=12_50, currency="EUR"),
            "charge_bearer": "SLEV",
            "accepted_at": "2026-11-24T09:30:00.000Z",
            "debtor": Party(name="Willem Vermeer"),
            "debtor_account": Account(iban="NL91ABNA0417164300"),
            "debtor_agent": Agent(bic="ABNANL2A"),
            "creditor_agent": Agent(bic="REMIDEFFXXX"),
            "creditor": Party(name="Zoe Berg"),
            "creditor_account": Account(iban="DE63999999993682752011"),
            "ultimate_debtor": Party(name="The Firm"),
            "ultimate_creditor": Party(name="The Child"),
            "remittance": Remittance(
                lines=("For", "paint"), structured=(Structured(reference="RF18"),)
            ),
        }
        | change
    )
    header = GroupHeader(
        message_id="THEIRS-1",
        created_at="2026-11-24T09:30:00Z",
        count=count,
        settlement=Settlement(method="CLRG"),
    )
    return pacs008.CreditTransfers(header=header, transfers=(transfer,) * count)


def arrived(**change):
    return read(pacs008.build(message(**change)), max_bytes=SIZE)


def test_a_transfer_is_read_into_plain_facts():
    found = arrived()
    assert (found.message_id, found.transaction_id, found.uetr) == ("THEIRS-1", "TX-1", UETR)
    assert found.names == (UETR, "ABNANL2AXXX TX-1")
    assert found.people == ("Willem Vermeer", "Zoe Berg", "The Firm", "The Child")
    assert (found.accepted_at, found.remittance) == (AT, "For paint RF18")
    assert (found.debtor_account, found.creditor_iban) == (
        "NL91ABNA0417164300",
        "DE63999999993682752011",
    )


def test_what_a_transfer_does_not_say_is_left_out():
    other = Account(other=Identification(id="123456"))
    found = arrived(
        accepted_at="2026-11-24T09:30:00",  # no offset, so it is nobody's clock
        debtor_account=other,
        creditor_account=other,
        remittance=None,
        ultimate_debtor=Party(),
        ultimate_creditor=None,
        debtor=Party(),
    )
    assert (found.accepted_at, found.remittance, found.creditor_iban) == (None, None, None)
    assert (found.debtor_account, found.people) == ("123456", ("Zoe Berg",))
    assert arrived(debtor_account=None, remittance=Remittance()).debtor_account is None


def test_a_domestic_number_is_told_where_an_account_has_no_iban():
    def number(scheme=None, text="99999999a123456789"):
        code = Code(code=scheme) if scheme else None
        other = Account(other=Identification(id=text, scheme=code))
        return arrived(creditor_account=other)

    assert number().creditor_number == number("BBAN").creditor_number == "99999999A123456789"
    assert number("MOBN").creditor_number is None
    assert arrived().creditor_number is None
    assert arrived(creditor_account=None).creditor_number is None
    assert number().digest != number(text="999999990123456780").digest


def test_a_payment_by_iban_has_the_digest_that_it_had_before_there_were_numbers():
    told = arrived(creditor_account=Account(iban="DE63999999993682752011"))
    assert told.digest == DIGEST


def test_a_number_in_small_letters_is_the_same_number():
    assert arrived(creditor_account=Account(iban="DE63aa")).creditor_iban == "DE63AA"


def test_the_same_wish_in_another_message_has_the_same_digest():
    found = arrived()
    ids = PaymentIds(end_to_end_id="E2E-1", transaction_id="TX-2")
    same = arrived(ids=ids, accepted_at=None)
    assert same.digest == replace(found, message_id="OTHER").digest == found.digest
    for change in (
        {"amount": Money(amount=12_51, currency="EUR")},
        {"debtor": Party(name="Somebody")},
        {"creditor_account": Account(iban="DE46999999990000000000")},
        {"remittance": None},
        {"ids": PaymentIds(end_to_end_id="E2E-2", transaction_id="TX-1", uetr=UETR)},
    ):
        assert arrived(**change).digest != found.digest


def test_a_transaction_id_means_nothing_without_its_bank():
    assert names_of(None, None, "TX-1") == ()
    assert names_of(None, "INGBNL2AXXX", "TX-1") == ("INGBNL2AXXX TX-1",)
    with pytest.raises(InvalidMessage, match="a UETR, or a TxId"):
        arrived(
            ids=PaymentIds(end_to_end_id="E2E-1", transaction_id="TX-1"),
            debtor_agent=Agent(name="Some bank"),
        )


def test_a_message_holds_one_transfer():
    with pytest.raises(InvalidMessage, match="one transfer"):
        read(pacs008.build(message(count=2)), max_bytes=SIZE)


PAYMENT = Answered(
    rail="sct_inst",
    reference="6d75daa01e92442383ae929947f36047",
    message_id="THEIRS-1",
    end_to_end_id="E2E-1",
    transaction_id="TX-1",
    uetr=UETR,
    amount=Money(amount=12_50, currency="EUR"),
    our_bic="REMIDEFFXXX",
    their_bic="ABNANL2AXXX",
)
DAY = date(2026, 11, 24)


@needs_shared_data
@pytest.mark.parametrize(
    "payment",
    [PAYMENT, replace(PAYMENT, transaction_id=None), replace(PAYMENT, uetr=None, their_bic=None)],
)
@pytest.mark.parametrize(
    ("kind", "build"),
    [
        ("pacs.002.001.10", lambda payment: status(payment, reason=None, at=AT)),
        ("pacs.002.001.10", lambda payment: status(payment, reason="AC04", at=AT)),
        ("pacs.004.001.09", lambda payment: give_back(payment, settled_on=DAY, at=AT)),
        ("camt.029.001.09", lambda payment: refuse(payment, case="C-1", reason="CUST", at=AT)),
    ],
)
def test_what_is_answered_is_valid_by_its_schema_and_the_same_each_time(kind, build, payment):
    body = build(payment)
    xsd(kind).assertValid(etree.fromstring(body))
    assert build(payment) == body


def test_a_no_says_why_and_who_says_so():
    (one,) = pacs002.read(status(PAYMENT, reason="AC04", at=AT)).payments
    (reason,) = one.reasons
    assert (one.status, reason.code.code, reason.originator.bic) == ("RJCT", "AC04", "REMIDEFFXXX")


def test_money_that_goes_back_is_the_whole_and_follows_the_request():
    (one,) = pacs004.read(give_back(PAYMENT, settled_on=DAY, at=AT)).returns
    assert one.amount == one.original_amount == PAYMENT.amount
    assert (one.reasons[0].code.code, one.original_settlement_date) == ("FOCR", DAY)


def test_every_rail_hears_yes_in_its_own_words():
    assert set(ACCEPTED) == {each.rail for each in RAILS if each.rail != "book"}
