"""The messages that we send about a payment: valid by schema and scheme, and always the same."""

from dataclasses import replace
from datetime import date

import pytest
from lxml import etree

from remit.kernel.money import Money
from remit.rails.iso20022.initiation import PostalAddress
from remit.rails.outgoing import (
    MOST_MESSAGES,
    Outgoing,
    Reference,
    Side,
    broken,
    enquiry,
    message_id,
    recall,
    transfer,
    written,
)
from tests.unit.rails.files import needs_shared_data
from tests.unit.rails.tables import xsd

UETR = "6d75daa0-1e92-4423-83ae-929947f36047"
AT = 1_795_512_600_000
DAY = date(2026, 11, 24)
PAYMENT = Outgoing(
    rail="sct_inst",
    uetr=UETR,
    amount=Money(amount=12_50, currency="EUR"),
    accepted_at=AT,
    debtor=Side(name="Łukasz Groß", iban="DE89370400440532013000", bic="REMIDEFFXXX"),
    creditor=Side(
        name="Zoë",
        iban="NL91ABNA0417164300",
        bic="ABNANL2AXXX",
        address=PostalAddress(town="'s-Hertogenbosch", country="NL", lines=("Straße 1",)),
    ),
    remittance="Für Miete",
)


@needs_shared_data
@pytest.mark.parametrize(
    ("message", "content"),
    [
        ("pacs.008.001.08", transfer(PAYMENT)),
        ("pacs.028.001.03", enquiry(Reference(uetr=UETR), 3, at=AT)),
        ("camt.056.001.08", recall(PAYMENT, "DUPL", settled_on=DAY, at=AT)),
    ],
)
def test_what_is_sent_is_valid_by_its_schema(message, content):
    xsd(message).assertValid(etree.fromstring(content))


def test_what_is_sent_keeps_the_schemes_rules():
    assert broken(PAYMENT, on=DAY) == ()


@pytest.mark.parametrize(
    ("change", "element"),
    [
        ({"bic": None}, "CdtrAgt/FinInstnId/BICFI"),
        ({"iban": "NL92ABNA0417164300"}, "CdtrAcct/Id/IBAN"),
        ({"name": "x" * 71}, "Cdtr/Nm"),
        ({"address": PostalAddress(country="NL")}, "Cdtr/PstlAdr/TwnNm"),
    ],
)
def test_a_rule_that_is_broken_names_its_element(change, element):
    payment = replace(PAYMENT, creditor=replace(PAYMENT.creditor, **change))
    (found,) = broken(payment, on=DAY)
    assert found.element == f"CdtTrfTxInf/{element}"


def test_texts_are_written_in_the_schemes_letters_and_it_is_told_which():
    assert written(PAYMENT) == {
        "debtor.name": "Lukasz Gross",
        "creditor.name": "Zoe",
        "remittance": "Fur Miete",
    }
    assert b"<AdrLine>Strasse 1</AdrLine>" in transfer(PAYMENT)


def test_our_own_customers_name_is_cut_to_what_the_scheme_takes():
    payment = replace(PAYMENT, debtor=replace(PAYMENT.debtor, name="x" * 69 + " and more"))
    assert broken(payment, on=DAY) == ()
    assert written(payment)["debtor.name"] == "x" * 69


def test_a_scheme_that_takes_every_letter_is_told_the_name_as_it_is():
    payment = replace(PAYMENT, rail="fps_hk")
    assert "<Nm>Zoë</Nm>".encode() in transfer(payment)
    assert written(payment) == {}


def test_a_payment_without_an_id_of_the_customers_says_so():
    assert b"<EndToEndId>NOTPROVIDED</EndToEndId>" in transfer(PAYMENT)
    named = replace(PAYMENT, end_to_end_id="E2E-1")
    assert b"<EndToEndId>E2E-1</EndToEndId>" in transfer(named)


def test_a_question_names_nobody():
    content = enquiry(Reference(uetr=UETR, end_to_end_id="E2E-1"), 1, at=AT)
    assert b"Nm>" not in content.replace(b"OrgnlMsgNmId", b"")
    assert b"IBAN" not in content


def test_no_two_numbers_of_a_message_share_an_id_and_there_is_room_for_so_many():
    ids = {message_id("E", UETR, number) for number in range(MOST_MESSAGES)}
    assert len(ids) == MOST_MESSAGES == 1296
    assert {len(identifier) for identifier in ids} <= {33, 34, 35}
    for number in (-1, MOST_MESSAGES):
        with pytest.raises(ValueError, match="two digits"):
            message_id("E", UETR, number)
