"""What the scheme says, as ISO 20022 messages, and what it reads in ours, by no reader of ours.

Its own messages are built by the product's builders; other tests hold those against the schemas.
"""

import re
from dataclasses import dataclass

from remit.kernel.money import Money
from remit.rails.iso20022 import camt029, camt054, pacs002, pacs004
from remit.rails.iso20022.parts import (
    Account,
    Agent,
    Assignment,
    Code,
    GroupHeader,
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
_AMOUNT = re.compile(rb'<IntrBkSttlmAmt Ccy="EUR">(\d+)\.(\d\d)</')
_IBAN = re.compile(rb"<CdtrAcct><Id><IBAN>([A-Z0-9]+)</")


@dataclass(frozen=True)
class Ours:
    """One of our messages; `amount` in cents and `iban` where money is to move."""

    kind: str
    id: str
    uetr: str
    amount: int = 0
    iban: str = ""


def read(body: bytes) -> Ours:
    """What one of our messages says."""
    (kind,), (identifier,), (uetr,) = (_KIND.findall(body), _ID.findall(body)[:1],
                                       set(_UETR.findall(body)))  # fmt: skip
    found = Ours(kind=kind.decode(), id=identifier.decode(), uetr=uetr.decode())
    if found.kind not in ("pacs.008", "pacs.009"):
        return found
    ((euros, cents),) = _AMOUNT.findall(body)
    amount = 100 * int(euros) + int(cents)
    iban = b"".join(_IBAN.findall(body)).decode()
    return Ours(kind=found.kind, id=found.id, uetr=found.uetr, amount=amount, iban=iban)


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
    bank = Agent(bic="ABNANL2AXXX")
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
