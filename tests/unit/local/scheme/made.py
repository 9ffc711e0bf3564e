"""Messages as a member of the scheme sends them, and a scheme whose clock stands still."""

from datetime import date
from pathlib import Path
from typing import Any

from lxml import etree

from local.scheme.book import Book
from remit.kernel.clock import parse_rfc3339
from remit.kernel.money import Money
from remit.rails import outgoing
from remit.rails.heard import hear
from remit.rails.iso20022 import camt029, pacs002, pacs004, pacs009
from remit.rails.iso20022.parts import (
    Agent,
    Assignment,
    Code,
    GroupHeader,
    OriginalIds,
    PaymentIds,
    Reason,
    ReportHeader,
    Settlement,
)
from remit.rails.iso20022.references import uetr
from remit.rails.outgoing import Outgoing, Reference, Side
from remit.sandbox.model import Delivery, Taken
from tests.unit.rails.files import shared

OURS = "REMTDEFFXXX"
NOW = parse_rfc3339("2026-11-24T09:30:00Z")
DAY = date(2026, 11, 24)
OUR_IBAN = "DE89370400440532013000"
_AT = "2026-11-24T09:30:00.000Z"


class Still(Book):
    """A book whose time is told."""

    base = NOW

    def now(self) -> int:
        """The scheme's time."""
        return self.base + self.ahead


def book(**knobs: Any) -> Still:
    """A scheme that nobody has spoken to, with some knobs turned."""
    made = Still(OURS, run="a run")
    made.knobs = made.knobs.turned(knobs)
    return made


def payment(amount: int, number: int = 1, **other: Any) -> Outgoing:
    """A payment of one of our customers."""
    told: dict[str, Any] = {
        "rail": "sct_inst",
        "uetr": uetr("payment", str(number)),
        "amount": Money(amount=amount, currency="EUR"),
        "accepted_at": NOW,
        "debtor": Side(name="Ann Berg", iban=OUR_IBAN, bic=OURS),
        "creditor": Side(name="Zoe Dale", iban="NL91ABNA0417164300", bic="ABNANL2AXXX"),
    }
    return Outgoing(**told | other)


def transfer(amount: int, number: int = 1, **other: Any) -> bytes:
    """Its pacs.008."""
    return outgoing.transfer(payment(amount, number, **other))


def enquiry(look: int, number: int = 1) -> bytes:
    """A pacs.028 on the payment."""
    return outgoing.enquiry(Reference(uetr=uetr("payment", str(number))), look, at=NOW)


def recall(amount: int, number: int = 1) -> bytes:
    """A camt.056 on the payment."""
    return outgoing.recall(payment(amount, number), "DUPL", settled_on=DAY, at=NOW)


def settlement(amount: int, number: int = 1, *, debtor: str = OURS, creditor: str = "X") -> bytes:
    """A pacs.009: the position of a window."""
    money = Money(amount=amount, currency="EUR")
    return pacs009.build(
        pacs009.Instructions(
            header=GroupHeader(
                message_id=f"STL-{number}",
                created_at=_AT,
                count=1,
                settlement=Settlement(),
                total=money,
            ),
            instructions=(
                pacs009.Instruction(
                    ids=PaymentIds(
                        end_to_end_id=f"W-{number}", uetr=uetr("settlement", str(number))
                    ),
                    amount=money,
                    debtor=Agent(bic=debtor),
                    creditor=Agent(bic="SCHMBE22XXX" if creditor == "X" else creditor),
                ),
            ),
        )
    )


def answer(about: str, status: str, reason: str | None = None, *, number: int = 1) -> bytes:
    """Our pacs.002 on a payment that came in."""
    reasons = (Reason(code=Code(code=reason)),) if reason else ()
    return pacs002.build(
        pacs002.StatusReport(
            header=ReportHeader(message_id=f"OUR-{number}", created_at=_AT),
            payments=(
                pacs002.PaymentStatus(ids=OriginalIds(uetr=about), status=status, reasons=reasons),
            ),
        )
    )


def money_back(about: str, amount: int, *, number: int = 1, currency: str = "EUR") -> bytes:
    """Our pacs.004 on a payment that came in."""
    return pacs004.build(
        pacs004.Returns(
            header=GroupHeader(
                message_id=f"BACK-{number}", created_at=_AT, count=1, settlement=Settlement()
            ),
            returns=(
                pacs004.Return(
                    id=f"R-{number}",
                    ids=OriginalIds(uetr=about),
                    amount=Money(amount=amount, currency=currency),
                    reasons=(Reason(code=Code(code="FOCR")),),
                ),
            ),
        )
    )


def refusal(about: str, status: str = "RJCR") -> bytes:
    """Our camt.029 on another bank's recall."""
    bank = Agent(bic=OURS)
    return camt029.build(
        camt029.Resolution(
            assignment=Assignment(id=f"NO-{status}", assigner=bank, assignee=bank, created_at=_AT),
            confirmation=status,
            recalls=(camt029.RecallStatus(ids=OriginalIds(uetr=about), status=status),),
        )
    )


def says(delivery: Delivery) -> tuple[str, str | None, str | None]:
    """What a message tells us, as we hear it: the meaning, the status and the reason."""
    (fact,) = hear("sct_inst", delivery.body).facts
    return fact.meaning, fact.status, fact.reason


def seconds(taken: Taken) -> list[float]:
    """How long after the message each of its answers goes out."""
    return [(each.at - NOW) / 1000 for each in taken.deliveries]


def valid(body: bytes) -> str:
    """The kind of a message that holds by the standard's own schema."""
    root = etree.fromstring(body)
    kind = str(etree.QName(root).namespace).rpartition(":")[2]
    schema = etree.XMLSchema(etree.fromstring(shared(str(Path("xsd") / f"{kind}.xsd"))))
    assert schema.validate(root), schema.error_log
    return kind
