"""Messages between banks: what is missing, repeated or of another kind is refused by its place."""

import pytest
from lxml import etree

from remit.rails.iso20022 import camt029, head001, pacs002, pacs004, pacs008
from remit.rails.iso20022.branch import Leaf
from remit.rails.iso20022.errors import InvalidMessage, MessageTooLarge, UnsupportedMessage
from remit.rails.iso20022.initiation import PostalAddress
from remit.rails.iso20022.parts import (
    Account,
    Agent,
    Code,
    Identification,
    Party,
    Reason,
    Remittance,
    Structured,
)
from tests.unit.rails import examples
from tests.unit.rails.examples import BUILT, HEADER, READERS, credit_transfers, status, transfer
from tests.unit.rails.files import needs_shared_data
from tests.unit.rails.tables import xsd


@needs_shared_data
@pytest.mark.parametrize("message", sorted(BUILT))
def test_an_ordinary_message_is_valid_by_its_schema(message):
    xsd(message).assertValid(etree.fromstring(BUILT[message]))


def test_a_reason_that_nobody_knows_is_kept():
    reason = Reason(code=Code(code="ZZ99"), additional=("New next year",))
    own = Reason(code=Code(code="our own reason", proprietary=True))
    report = status("ABCD", reason, own)

    assert pacs002.read(pacs002.build(report)) == report


def test_what_is_read_beyond_our_parts_is_kept_and_never_written_again():
    content = BUILT[pacs008.MESSAGE].replace(
        b"<Cdtr>", b"<Cdtr><CtctDtls><EmailAdr>a@b.example</EmailAdr></CtctDtls>"
    )
    content = content.replace(b"</GrpHdr>", b"<BtchBookg>true</BtchBookg></GrpHdr>")
    found = pacs008.read(content)

    assert found.transfers[0].rest == (Leaf(path="Cdtr/CtctDtls/EmailAdr", text="a@b.example"),)
    assert found.rest == (Leaf(path="GrpHdr/BtchBookg", text="true"),)
    with pytest.raises(ValueError, match="CdtTrfTxInf: what was kept as it came"):
        pacs008.build(found)


@pytest.mark.parametrize(
    ("old", "new", "pointer", "words"),
    [
        ("<EndToEndId>E-1</EndToEndId>", "", "PmtId/EndToEndId", "missing"),
        ("<PmtId>", "<PmtId/><PmtId>", "PmtId[2]", "only once"),
        ("<ChrgBr>SLEV", "<ChrgBr>OURS", "ChrgBr", "not one of the schema's codes"),
        ("<BICFI>INGBNL2A", "<BICFI>INGB", "CdtrAgt/FinInstnId/BICFI", "no BIC"),
        ("<BICFI>INGBNL2A", "<BICFI>1NGBnl2a", "CdtrAgt/FinInstnId/BICFI", "no BIC"),
        ("<FinInstnId><BICFI>INGBNL2A</BICFI></FinInstnId>", "", "CdtrAgt", "must hold FinInstnId"),
        ("<NbOfTxs>1", "<NbOfTxs>-1", "GrpHdr/NbOfTxs", "no number"),
        ("</NbOfTxs>", f"</NbOfTxs><CtrlSum>{'9' * 19}</CtrlSum>", "CtrlSum", "no number of 18"),
        ("<BICFI>INGB", "<BICFI/></FinInstnId><FinInstnId><BICFI>INGB", "FinInstnId[2]", "once"),
        ("<Nm>Jan Tomas</Nm>", "<Nm><b/></Nm>", "Dbtr/Nm", "empty"),
        ("<Nm>Jan Tomas</Nm>", "Jan<Nm>Tomas</Nm>", "Dbtr", "text is not allowed"),
        ("<Nm>Jan Tomas</Nm>", "<Nm>Jan</Nm>Tomas", "Dbtr", "text is not allowed"),
        ("<Id><IBAN>NL", "<Id><Othr><Id>1</Id></Othr><IBAN>NL", "DbtrAcct/Id", "only one of"),
        ("<Id><IBAN>NL91ABNA0417164300</IBAN></Id>", "", "DbtrAcct", "must hold Id"),
        ("<Id><IBAN>NL91ABNA0417164300</IBAN></Id>", "<Id/>", "DbtrAcct/Id", "must hold IBAN"),
        ("<CreDtTm>2026", "<CreDtTm>26", "GrpHdr/CreDtTm", "no time"),
        ("<CreDtTm>2026-11-24T", "<CreDtTm>2026-11-31T", "GrpHdr/CreDtTm", "no time"),
        ("<Cd>INST</Cd>", "<Cd>INST</Cd><Prtry>x</Prtry>", "LclInstrm", "either Cd or Prtry"),
        ("<Ctry>DE", "<Ctry>Germany", "PstlAdr/Ctry", "longer than 2"),
    ],
)
def test_what_is_wrong_in_a_transfer_is_refused_with_its_place(old, new, pointer, words):
    content = BUILT[pacs008.MESSAGE].decode()
    assert old in content

    with pytest.raises(InvalidMessage, match=words) as refusal:
        pacs008.read(content.replace(old, new, 1).encode())

    assert refusal.value.errors[0]["pointer"].endswith(pointer)
    assert refusal.value.fields == {"reason": "FF01"}


def test_an_amount_with_too_many_decimals_has_a_reason_of_its_own():
    content = BUILT[pacs008.MESSAGE].replace(b">10.00<", b">10.001<")

    with pytest.raises(InvalidMessage, match="more decimals than EUR, which has 2") as refusal:
        pacs008.read(content)
    assert refusal.value.fields == {"reason": "AM12"}


@pytest.mark.parametrize("number", ["010.00", "+10", "10.", "10.0000", " 10.00\n"])
def test_a_number_may_be_written_as_the_schema_allows(number):
    content = BUILT[pacs008.MESSAGE].replace(b">10.00<", f">{number}<".encode())

    assert pacs008.read(content).transfers[0].amount == examples.eur(1_000)


@pytest.mark.parametrize("message", sorted(READERS))
def test_every_reader_says_what_it_takes_instead(message):
    other = BUILT["pacs.009.001.08" if message != "pacs.009.001.08" else "pacs.028.001.03"]

    with pytest.raises(UnsupportedMessage, match=message.replace(".", r"\.")):
        READERS[message](other)


def test_a_message_larger_than_asked_for_is_refused():
    with pytest.raises(MessageTooLarge, match="10 are allowed"):
        pacs002.read(BUILT[pacs002.MESSAGE], max_bytes=10)


@pytest.mark.parametrize(
    ("change", "words"),
    [
        ({"debtor": Party(name="x" * 141)}, "Dbtr/Nm: the value is longer than 140"),
        ({"debtor": Party(name="")}, "Dbtr/Nm: the value is empty"),
        ({"debtor": Party(name="a\0b")}, "Dbtr/Nm: the value has a character that XML has not"),
        ({"debtor_agent": Agent()}, "DbtrAgt: it must hold FinInstnId"),
        ({"debtor_account": Account()}, "DbtrAcct: it must hold Id"),
        ({"charge_bearer": "OURS"}, "ChrgBr: the value is not one of the schema's codes"),
        ({"accepted_at": "yesterday"}, "AccptncDtTm: this is no time"),
        ({"amount": None}, "IntrBkSttlmAmt: 0 are given"),
        (
            {"debtor": Party(bic="INGBNL2A", private_ids=(Identification(id="1"),))},
            "Dbtr/Id: only one of OrgId and PrvtId may be there",
        ),
        (
            {"creditor": Party(address=PostalAddress(lines=("a",) * 8))},
            "PstlAdr/AdrLine: 8 are given",
        ),
        ({"debtor_account": Account(iban="NL 91")}, "IBAN: this is no IBAN"),
        (
            {"remittance": Remittance(structured=(Structured(type=Code(code="SCRO")),))},
            "CdOrPrtry/Cd: the value is not one of the schema's codes",
        ),
    ],
)
def test_what_the_schema_would_not_take_is_not_built(change, words):
    with pytest.raises(ValueError, match=words):
        pacs008.build(credit_transfers(transfer(**change)))


@pytest.mark.parametrize("when", ["2026-02-30", "noon", "2026-11-24T99:00:00Z"])
def test_a_day_that_is_none_is_not_built(when):
    payment = pacs002.PaymentStatus(ids=examples.IDS, status="ACSC", settled_on=when)

    with pytest.raises(ValueError, match="this is no day or time"):
        pacs002.build(pacs002.StatusReport(header=examples.REPORT_HEADER, payments=(payment,)))


def test_what_a_message_has_no_element_for_is_not_lost_in_silence():
    typed = examples.header(type=examples.transfer().type)

    with pytest.raises(ValueError, match="GrpHdr: type has no place here"):
        pacs004.build(pacs004.Returns(header=typed, returns=()))
    with pytest.raises(ValueError, match="Assgnr: neither choice"):
        camt029.build(
            camt029.Resolution(
                assignment=examples.ASSIGNMENT.__class__(
                    id="1", assigner="us", assignee=Agent(bic="INGBNL2A"), created_at=examples.AT
                ),
                confirmation="RJCR",
            )
        )


def test_a_flag_that_is_neither_is_refused():
    flagged = BUILT[head001.MESSAGE].replace(b"</CreDt>", b"</CreDt><PssblDplct>yes</PssblDplct>")

    with pytest.raises(InvalidMessage, match="neither true nor false"):
        head001.read(flagged)


def test_an_agent_or_a_party_is_told_apart():
    party = BUILT[camt029.MESSAGE].replace(b"<Agt>", b"<Pty/><Agt>", 1)

    with pytest.raises(InvalidMessage, match="either Pty or Agt"):
        camt029.read(party)


def test_a_header_and_its_message_travel_as_one():
    message = BUILT[pacs008.MESSAGE]
    wrapped = head001.wrap(HEADER, message)

    header, inner = head001.unwrap(wrapped)

    assert header == HEADER
    assert pacs008.read(inner) == pacs008.read(message)
    assert head001.unwrap(message) == (None, message)


def test_a_header_that_announces_another_message_is_refused():
    wrapped = head001.wrap(HEADER, BUILT[pacs002.MESSAGE])

    with pytest.raises(InvalidMessage, match="another one") as refusal:
        head001.unwrap(wrapped)
    assert refusal.value.errors[0]["pointer"] == "/AppHdr/MsgDefIdr"


@pytest.mark.parametrize("inner", ["", "<a/>", "<a/><b/>"])
def test_an_envelope_with_something_else_in_it_is_refused(inner):
    with pytest.raises(UnsupportedMessage, match="An envelope holds an AppHdr of head"):
        head001.unwrap(f'<Envelope xmlns="{head001.ENVELOPE}">{inner}</Envelope>'.encode())
