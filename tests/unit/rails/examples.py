"""One ordinary message of each kind, as a value: what an instant payment and its troubles need."""

from datetime import date
from decimal import Decimal

from remit.kernel.money import Money
from remit.rails.iso20022 import (
    camt029,
    camt053,
    camt054,
    camt056,
    head001,
    pacs002,
    pacs004,
    pacs008,
    pacs009,
    pacs028,
)
from remit.rails.iso20022.initiation import PostalAddress
from remit.rails.iso20022.parts import (
    Account,
    Agent,
    Assignment,
    Code,
    GroupHeader,
    Identification,
    OriginalIds,
    OriginalMessage,
    Party,
    PaymentIds,
    PaymentType,
    Reason,
    Remittance,
    ReportHeader,
    Settlement,
)
from remit.rails.iso20022.references import uetr
from remit.rails.iso20022.statement import (
    AmountDetail,
    Amounts,
    Balance,
    BankCode,
    Batch,
    ChargeRecord,
    Detail,
    Details,
    Entry,
    Exchange,
    FileHeader,
    References,
    Statement,
    StatementAccount,
    StatementFile,
    Summary,
)

AT = "2026-11-24T09:30:00.125Z"
DAY = date(2026, 11, 24)
UETR = uetr("pay_1")
OURS, THEIRS = Agent(bic="REMTNL2A"), Agent(bic="INGBNL2A")
DEBTOR_IBAN, CREDITOR_IBAN = "NL91ABNA0417164300", "DE89370400440532013000"
IDS = OriginalIds(end_to_end_id="E-1", transaction_id="T-1", uetr=UETR)
GROUP = OriginalMessage(message_id="M-1", message="pacs.008.001.08", created_at=AT)


def eur(minor: int = 1_000) -> Money:
    return Money(amount=minor, currency="EUR")


def header(**change: object) -> GroupHeader:
    facts = {"message_id": "M-1", "created_at": AT, "count": 1, "settlement": Settlement()}
    return GroupHeader(**{**facts, **change})


def transfer(**change: object) -> pacs008.CreditTransfer:
    facts = {
        "ids": PaymentIds(end_to_end_id="E-1", transaction_id="T-1", uetr=UETR),
        "type": PaymentType(
            service_levels=(Code(code="SEPA"),), local_instrument=Code(code="INST")
        ),
        "amount": eur(),
        "accepted_at": AT,
        "settlement_date": DAY,
        "charge_bearer": "SLEV",
        "debtor": Party(name="Jan Tomas"),
        "debtor_account": Account(iban=DEBTOR_IBAN),
        "debtor_agent": OURS,
        "creditor_agent": THEIRS,
        "creditor": Party(name="Eva Bos", address=PostalAddress(town="Berlin", country="DE")),
        "creditor_account": Account(iban=CREDITOR_IBAN),
        "remittance": Remittance(lines=("Invoice 7",)),
    }
    return pacs008.CreditTransfer(**{**facts, **change})


def hong_kong(**change: object) -> pacs008.CreditTransfer:
    mobile = Identification(id="+852-91234567", scheme=Code(code="MOBN", proprietary=True))
    bank = Agent(clearing_system=Code(code="HKNCC"), member="004")
    facts = {
        "type": None,
        "amount": Money(amount=1_000, currency="HKD"),
        "debtor_account": Account(other=Identification(id="004123456789")),
        "debtor_agent": bank,
        "creditor_agent": Agent(name="NOTPROVIDED"),
        "creditor": Party(name="陳大文"),
        "creditor_account": Account(other=mobile),
    }
    return transfer(**{**facts, **change})


def credit_transfers(*transfers: pacs008.CreditTransfer, **change: object):
    return pacs008.CreditTransfers(header=header(**change), transfers=transfers or (transfer(),))


REPORT_HEADER = ReportHeader(message_id="R-1", created_at=AT, instructing_agent=THEIRS)
ASSIGNMENT = Assignment(id="A-1", assigner=OURS, assignee=THEIRS, created_at=AT)
REASON = Reason(code=Code(code="AC04"), additional=("The account is closed",))


def status(code: str = "RJCT", *reasons: Reason) -> pacs002.StatusReport:
    payment = pacs002.PaymentStatus(ids=IDS, status=code, group=GROUP, reasons=reasons)
    return pacs002.StatusReport(header=REPORT_HEADER, payments=(payment,))


def entry(minor: int = 1_000, **change: object) -> Entry:
    exchange = Exchange(source="USD", target="EUR", rate=Decimal("1.1622"), contract="FX-7")
    amount = AmountDetail(amount=Money(amount=1_162, currency="USD"), exchange=exchange)
    charge = ChargeRecord(amount=eur(15), credit=False, type="COMM")
    payment = Detail(
        references=References(end_to_end_id="E-1", transaction_id="T-1"),
        amounts=Amounts(instructed=amount),
        remittance=Remittance(lines=("Invoice 7",)),
    )
    facts = {
        "amount": eur(abs(minor)),
        "credit": minor > 0,
        "status": Code(code="BOOK"),
        "code": BankCode(domain="PMNT", family="RCDT", sub_family="ESCT"),
        "booked_on": "2026-11-24",
        "charges": (charge,),
        "details": (Details(batch=Batch(count=1, total=eur(abs(minor))), payments=(payment,)),),
    }
    return Entry(**{**facts, **change})


def balance(code: str, minor: int, **change: object) -> Balance:
    facts = {"type": Code(code=code), "amount": eur(abs(minor)), "credit": minor >= 0}
    return Balance(**{**facts, "on": "2026-11-24", **change})


def statement(*entries: Entry, opening: int = 5_000, **change: object) -> Statement:
    lines = entries or (entry(1_000), entry(-250))
    moved = sum(each.signed for each in lines)
    facts = {
        "id": "S-1",
        "created_at": AT,
        "account": StatementAccount(account=Account(iban=DEBTOR_IBAN, currency="EUR")),
        "balances": (balance("OPBD", opening), balance("CLBD", opening + moved)),
        "summary": Summary(count=len(lines)),
        "entries": lines,
    }
    return Statement(**{**facts, **change})


def file(*statements: Statement, message: str = camt053.MESSAGE, **change: object) -> StatementFile:
    found = FileHeader(message=message, message_id="F-1", created_at=AT, **change)
    return StatementFile(header=found, statements=statements or (statement(),))


HEADER = head001.Header(
    sender=OURS, receiver=THEIRS, id="B-1", message=pacs008.MESSAGE, created_at=AT
)
_POSITION = pacs009.Instruction(
    ids=PaymentIds(end_to_end_id="W-1", uetr=UETR),
    amount=eur(),
    settlement_date=DAY,
    debtor=OURS,
    creditor=THEIRS,
)
_RETURN = pacs004.Return(id="RT-1", ids=IDS, amount=eur(), reasons=(REASON,), group=GROUP)
_RECALL = camt056.Recall(ids=IDS, reasons=(REASON,), id="C-1", group=GROUP, amount=eur())
_REFUSED = camt029.RecallStatus(ids=IDS, status="RJCR", reasons=(REASON,), group=GROUP)

BUILT: dict[str, bytes] = {
    pacs008.MESSAGE: pacs008.build(credit_transfers()),
    pacs009.MESSAGE: pacs009.build(
        pacs009.Instructions(header=header(), instructions=(_POSITION,))
    ),
    pacs004.MESSAGE: pacs004.build(pacs004.Returns(header=header(), returns=(_RETURN,))),
    pacs002.MESSAGE: pacs002.build(status("RJCT", REASON)),
    pacs028.MESSAGE: pacs028.build(
        pacs028.StatusRequest(header=REPORT_HEADER, enquiries=(pacs028.Enquiry(ids=IDS),))
    ),
    camt056.MESSAGE: camt056.build(camt056.Recalls(assignment=ASSIGNMENT, recalls=(_RECALL,))),
    camt029.MESSAGE: camt029.build(
        camt029.Resolution(assignment=ASSIGNMENT, confirmation="RJCR", recalls=(_REFUSED,))
    ),
    camt053.MESSAGE: camt053.build(file()),
    camt053.OLD_MESSAGE: camt053.build(file(message=camt053.OLD_MESSAGE)),
    camt054.MESSAGE: camt054.build(file(statement(balances=()), message=camt054.MESSAGE)),
    head001.MESSAGE: head001.build(HEADER),
}
READERS = {
    pacs008.MESSAGE: pacs008.read,
    pacs009.MESSAGE: pacs009.read,
    pacs004.MESSAGE: pacs004.read,
    pacs002.MESSAGE: pacs002.read,
    pacs028.MESSAGE: pacs028.read,
    camt056.MESSAGE: camt056.read,
    camt029.MESSAGE: camt029.read,
    camt053.MESSAGE: camt053.read,
    camt053.OLD_MESSAGE: camt053.read,
    camt054.MESSAGE: camt054.read,
    head001.MESSAGE: head001.read,
}
