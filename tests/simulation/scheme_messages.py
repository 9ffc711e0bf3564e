"""What the scheme says, as ISO 20022 messages, and what it reads in ours, by no reader of ours.

Its own messages are built by the product's builders; other tests hold those against the schemas.
"""

import re
from dataclasses import dataclass, replace

from remit.kernel.money import Money
from remit.rails.iso20022 import camt029, camt054, camt056, pacs002, pacs004
from remit.rails.iso20022.parts import (
    Account,
    Agent,
    Assignment,
    Code,
    GroupHeader,
    Original,
    OriginalIds,
    OriginalMessage,
    Reason,
    ReportHeader,
    Settlement,
)
from remit.rails.iso20022.statement import (
    BankCode,
    Detail,
    Details,
    Entry,
    FileHeader,
    References,
    Statement,
    StatementAccount,
    StatementFile,
)

_KIND = re.compile(rb'<Document xmlns="urn:iso:std:iso:20022:tech:xsd:([a-z]{4}\.\d{3})')
_UETR = re.compile(rb"<(?:Orgnl)?UETR>([0-9a-f-]{36})</")
_ID = re.compile(rb"<(?:MsgId|Assgnmt><Id)>([^<]+)</")
_STATUS = re.compile(rb"<TxSts>([A-Z]{4})</")
_AMOUNT = re.compile(rb'<(?:Rtrd)?IntrBkSttlmAmt Ccy="EUR">(\d+)\.(\d\d)</')
_IBAN = re.compile(rb"<CdtrAcct><Id><IBAN>([A-Z0-9]+)</")
_TRANSACTION = re.compile(rb"<OrgnlTxId>([0-9a-f]{32})</")
BANK = "ABNANL2AXXX"
"""The other bank."""


@dataclass(frozen=True)
class Ours:
    """One of our messages; `amount` in cents where money is, `iban` where a transfer has one."""

    kind: str
    id: str
    uetr: str
    amount: int = 0
    iban: str = ""
    status: str = ""


def read(body: bytes) -> Ours:
    """What one of our messages says."""
    (kind,), (identifier,) = _KIND.findall(body), _ID.findall(body)[:1]
    found = Ours(kind=kind.decode(), id=identifier.decode(), uetr=_named(body))
    if found.kind == "pacs.002":
        (status,) = _STATUS.findall(body)
        return replace(found, status=status.decode())
    if found.kind == "pacs.004":
        ((euros, cents),) = _AMOUNT.findall(body)
        return replace(found, amount=100 * int(euros) + int(cents))
    if found.kind not in ("pacs.008", "pacs.009"):
        return found
    ((euros, cents),) = _AMOUNT.findall(body)
    amount = 100 * int(euros) + int(cents)
    iban = b"".join(_IBAN.findall(body)).decode()
    return Ours(kind=found.kind, id=found.id, uetr=found.uetr, amount=amount, iban=iban)


def _named(body: bytes) -> str:
    """The UETR of the one payment that it speaks of, or what the bank's id of it tells."""
    uetrs = set(_UETR.findall(body))
    if not uetrs:
        (transaction,) = set(_TRANSACTION.findall(body))
        return dashed(transaction.decode())
    (uetr,) = uetrs
    return str(uetr.decode())


def dashed(digits: str) -> str:
    """A UETR from its digits, which is what a bank calls its payment."""
    return "-".join((digits[:8], digits[8:12], digits[12:16], digits[16:20], digits[20:]))


def disowned(identifier: str, uetr: str, reason: str, at: str) -> bytes:
    """A pacs.002: a payment of the other bank to us is rejected. It has all names of it."""
    ids = OriginalIds(transaction_id=uetr.replace("-", ""), uetr=uetr)
    told = pacs002.PaymentStatus(
        ids=ids,
        status="RJCT",
        reasons=(Reason(code=Code(code=reason)),),
        original=Original(debtor_agent=Agent(bic=BANK)),
    )
    header = ReportHeader(message_id=identifier, created_at=at)
    return pacs002.build(pacs002.StatusReport(header=header, payments=(told,)))


def asked_back(identifier: str, uetr: str, case: str, at: str) -> bytes:
    """A camt.056: the other bank asks its payment back."""
    bank = Agent(bic=BANK)
    asked = camt056.Recall(
        id=case,
        ids=OriginalIds(transaction_id=uetr.replace("-", ""), uetr=uetr),
        reasons=(Reason(code=Code(code="DUPL")),),
    )
    made = Assignment(id=identifier, assigner=bank, assignee=bank, created_at=at)
    return camt056.build(camt056.Recalls(assignment=made, recalls=(asked,)))


def report(identifier: str, uetr: str, status: str, reason: str, at: str) -> bytes:
    """A pacs.002: what has become of a payment."""
    told = pacs002.PaymentStatus(
        ids=OriginalIds(end_to_end_id="NOTPROVIDED", uetr=uetr),
        status=status,
        reasons=(Reason(code=Code(code=reason)),) if reason else (),
        group=OriginalMessage(message_id=f"T{uetr.replace('-', '')}", message="pacs.008.001.08"),
    )
    header = ReportHeader(message_id=identifier, created_at=at)
    return pacs002.build(pacs002.StatusReport(header=header, payments=(told,)))


def money_back(
    identifier: str, uetr: str, return_id: str, amount: int, reason: str, at: str
) -> bytes:
    """A pacs.004: the other bank gives back so many cents."""
    header = GroupHeader(message_id=identifier, created_at=at, count=1, settlement=Settlement())
    given = pacs004.Return(
        id=return_id,
        ids=OriginalIds(uetr=uetr),
        amount=Money(amount=amount, currency="EUR"),
        reasons=(Reason(code=Code(code=reason)),),
    )
    return pacs004.build(pacs004.Returns(header=header, returns=(given,)))


def refusal(identifier: str, uetr: str, at: str) -> bytes:
    """A camt.029: the other bank does not give it back."""
    bank = Agent(bic=BANK)
    made = Assignment(id=identifier, assigner=bank, assignee=bank, created_at=at)
    told = camt029.RecallStatus(
        ids=OriginalIds(uetr=uetr), status="RJCR", reasons=(Reason(code=Code(code="CUST")),)
    )
    return camt029.build(camt029.Resolution(assignment=made, confirmation="RJCR", recalls=(told,)))


def booked(identifier: str, uetr: str, amount: int, at: str) -> bytes:
    """A camt.054: the settlement bank has booked so many cents for an order."""
    named = Detail(references=References(uetr=uetr))
    entry = Entry(
        amount=Money(amount=amount, currency="EUR"),
        credit=False,
        status=Code(code="BOOK"),
        code=BankCode(domain="PMNT", family="ICDT", sub_family="BOOK"),
        details=(Details(payments=(named,)),),
    )
    told = Statement(
        id=identifier,
        account=StatementAccount(account=Account(iban="DE89370400440532013000", currency="EUR")),
        entries=(entry,),
    )
    header = FileHeader(message=camt054.MESSAGE, message_id=identifier, created_at=at)
    return camt054.build(StatementFile(header=header, statements=(told,)))
