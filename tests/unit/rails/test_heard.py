"""What schemes' messages mean for a payment."""

import pytest

from remit.kernel.money import Money
from remit.rails.heard import hear
from remit.rails.iso20022 import camt029, camt056, pacs002, pacs004
from remit.rails.iso20022.errors import MalformedMessage, MessageTooLarge, UnsupportedMessage
from remit.rails.iso20022.parts import (
    Agent,
    Assignment,
    Code,
    GroupHeader,
    OriginalIds,
    Reason,
    ReportHeader,
    Settlement,
)
from remit.rails.outgoing import (
    ENQUIRY,
    MOST_MESSAGES,
    RECALL,
    TRANSFER,
    message_id,
    transaction_id,
    uetr_of,
)

UETR = "6d75daa0-1e92-4423-83ae-929947f36047"
HEADER = ReportHeader(message_id="S-1", created_at="2026-11-24T09:30:00Z")
IDS = OriginalIds(uetr=UETR)
BANK = Agent(bic="ABNANL2AXXX")
ASSIGNMENT = Assignment(id="A-1", assigner=BANK, assignee=BANK, created_at="2026-11-24T09:30:00Z")


def reasons(*codes):
    return tuple(Reason(code=Code(code=code)) for code in codes)


def report(status, *codes, ids=IDS):
    payment = pacs002.PaymentStatus(ids=ids, status=status, reasons=reasons(*codes))
    return pacs002.build(pacs002.StatusReport(header=HEADER, payments=(payment,)))


def one(content, rail="sct_inst"):
    (fact,) = hear(rail, content).facts
    return fact


@pytest.mark.parametrize(
    ("rail", "status", "code", "meaning"),
    [
        ("sct_inst", "ACSC", None, "accepted"),
        ("sct_inst", "ACCC", None, "accepted"),
        ("sct_inst", "ACCP", None, "accepted"),
        ("fps_hk", "ACCP", None, "pending"),
        ("fps_hk", "ACSC", None, "accepted"),
        ("sct_inst", "ACSP", None, "pending"),
        ("sct_inst", "PDNG", None, "pending"),
        ("sct_inst", "RJCT", "AC04", "rejected"),
        ("sct_inst", "RJCT", "AM05", "rejected"),
        ("sct_inst", "RJCT", "XY99", "rejected"),
        ("sct_inst", "RJCT", None, "rejected"),
        ("sct_inst", "RJCT", "DU03", "duplicate"),
        ("sct_inst", "RJCT", "NOOR", "pending"),
        ("sct_inst", "ABCD", None, "not_understood"),
        ("sct_inst", None, None, "not_understood"),
    ],
)
def test_a_status_means_what_its_scheme_means_by_it(rail, status, code, meaning):
    fact = one(report(status, *([code] if code else [])), rail)
    assert (fact.meaning, fact.status, fact.reason) == (meaning, status, code or "MS03")


def test_the_payment_is_known_by_its_uetr_or_our_transaction_id():
    assert one(report("ACSC")).uetr == UETR
    ids = OriginalIds(transaction_id=transaction_id(UETR))
    assert one(report("ACSC", ids=ids)).uetr == UETR
    assert one(report("ACSC", ids=OriginalIds(transaction_id="THEIRS"))).uetr is None


@pytest.mark.parametrize("kind", [TRANSFER, ENQUIRY, RECALL])
@pytest.mark.parametrize("number", [0, 3, 16, MOST_MESSAGES - 1])
def test_every_id_of_ours_leads_back_to_its_payment(kind, number):
    made = message_id(kind, UETR, number)
    assert len(made) <= 35
    assert uetr_of(made) == UETR


@pytest.mark.parametrize("text", [None, "", "S-1", "X" * 33, "T" + "g" * 32])
def test_an_id_of_others_leads_nowhere(text):
    assert uetr_of(text) is None


def test_an_answer_to_a_whole_message_is_one_to_its_payment():
    group = pacs002.GroupStatus(
        message_id=message_id(TRANSFER, UETR),
        message="pacs.008.001.08",
        status="RJCT",
        reasons=reasons("FF01"),
    )
    fact = one(pacs002.build(pacs002.StatusReport(header=HEADER, groups=(group,))))
    assert (fact.uetr, fact.meaning, fact.reason) == (UETR, "rejected", "FF01")


def test_a_return_says_what_comes_back_and_why():
    header = GroupHeader(
        message_id="R-1", created_at="2026-11-24T09:30:00Z", count=1, settlement=Settlement()
    )
    money = Money(amount=500, currency="EUR")

    def returned(**parts):
        made = pacs004.Return(**{"id": "RTR", "ids": IDS, "amount": money, "reasons": ()} | parts)
        return one(pacs004.build(pacs004.Returns(header=header, returns=(made,))))

    fact = returned(reasons=reasons("FOCR", "AC04"))
    assert (fact.meaning, fact.id, fact.amount, fact.reason) == ("returned", "RTR", money, "FOCR")
    assert returned(id=None).id == "R-1"
    assert returned().reason == "MS03"


def test_a_reason_for_all_returns_of_a_message_is_each_ones():
    header = GroupHeader(
        message_id="R-1", created_at="2026-11-24T09:30:00Z", count=1, settlement=Settlement()
    )
    made = pacs004.Return(id="A", ids=IDS, amount=Money(amount=1, currency="EUR"), reasons=())
    group = pacs004.OriginalGroup(
        message_id="T-1", message="pacs.008.001.08", reasons=reasons("AC06")
    )
    content = pacs004.build(pacs004.Returns(header=header, returns=(made,), group=group))
    assert one(content).reason == "AC06"


@pytest.mark.parametrize(
    ("status", "meaning"),
    [("RJCR", "recall_refused"), ("ACCR", "recall_accepted"), ("PDCR", "pending")],
)
def test_an_answer_to_a_recall_is_heard(status, meaning):
    answer = camt029.RecallStatus(ids=IDS, status=status, reasons=reasons("CUST"))
    content = camt029.build(
        camt029.Resolution(assignment=ASSIGNMENT, confirmation=status, recalls=(answer,))
    )
    assert (one(content).meaning, one(content).uetr) == (meaning, UETR)


def test_a_recall_of_another_bank_is_heard():
    recall = camt056.Recall(
        ids=IDS, reasons=reasons("FRAD"), id="C-1", amount=Money(amount=7, currency="EUR")
    )
    heard = hear(
        "sct_inst", camt056.build(camt056.Recalls(assignment=ASSIGNMENT, recalls=(recall,)))
    )
    (fact,) = heard.facts
    assert (heard.id, heard.kind) == ("A-1", camt056.MESSAGE)
    assert (fact.meaning, fact.id, fact.reason) == ("recalled", "C-1", "FRAD")


@pytest.mark.parametrize(
    ("content", "refusal"),
    [
        (b"<a", MalformedMessage),
        (b"<a/>", UnsupportedMessage),
        (b" " * (256 * 1024 + 1), MessageTooLarge),
    ],
)
def test_what_is_no_message_of_these_is_refused(content, refusal):
    with pytest.raises(refusal):
        hear("sct_inst", content)
