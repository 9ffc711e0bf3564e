"""pacs.008.001.08, the credit transfer of a customer from bank to bank: built and read."""

from datetime import date
from decimal import Decimal

from remit.kernel.money import Money
from remit.kernel.value import value
from remit.rails.iso20022 import shapes
from remit.rails.iso20022.branch import Leaf
from remit.rails.iso20022.choices import Coded
from remit.rails.iso20022.kinds import AMOUNT, DAY, MOMENT, RATE, words
from remit.rails.iso20022.parts import (
    Account,
    Agent,
    Charge,
    Code,
    GroupHeader,
    Party,
    PaymentIds,
    PaymentType,
    Remittance,
)
from remit.rails.iso20022.shape import Message, Shape, many, must, one

CHARGE_BEARERS = words("DEBT", "CRED", "SHAR", "SLEV")


@value
class CreditTransfer:
    """What one customer pays another through their banks."""

    ids: PaymentIds
    amount: Money
    charge_bearer: str
    debtor: Party
    debtor_agent: Agent
    creditor_agent: Agent
    creditor: Party
    type: PaymentType | None = None
    settlement_date: date | None = None
    accepted_at: str | None = None
    instructed: Money | None = None
    exchange_rate: Decimal | None = None
    charges: tuple[Charge, ...] = ()
    instructing_agent: Agent | None = None
    instructed_agent: Agent | None = None
    ultimate_debtor: Party | None = None
    debtor_account: Account | None = None
    creditor_account: Account | None = None
    ultimate_creditor: Party | None = None
    purpose: Code | None = None
    remittance: Remittance | None = None
    rest: tuple[Leaf, ...] = ()


@value
class CreditTransfers:
    """A whole message. `rest` keeps what it says and no other part has a place for."""

    header: GroupHeader
    transfers: tuple[CreditTransfer, ...]
    rest: tuple[Leaf, ...] = ()


_TRANSFER = Shape(
    CreditTransfer,
    must("PmtId", "ids", shapes.PAYMENT_IDS),
    one("PmtTpInf", "type", shapes.PAYMENT_TYPE),
    must("IntrBkSttlmAmt", "amount", AMOUNT),
    one("IntrBkSttlmDt", "settlement_date", DAY),
    one("AccptncDtTm", "accepted_at", MOMENT),
    one("InstdAmt", "instructed", AMOUNT),
    one("XchgRate", "exchange_rate", RATE),
    must("ChrgBr", "charge_bearer", CHARGE_BEARERS),
    many("ChrgsInf", "charges", shapes.CHARGE),
    *shapes.AGENTS,
    one("UltmtDbtr", "ultimate_debtor", shapes.PARTY),
    must("Dbtr", "debtor", shapes.PARTY),
    one("DbtrAcct", "debtor_account", shapes.ACCOUNT),
    must("DbtrAgt", "debtor_agent", shapes.AGENT),
    must("CdtrAgt", "creditor_agent", shapes.AGENT),
    must("Cdtr", "creditor", shapes.PARTY),
    one("CdtrAcct", "creditor_account", shapes.ACCOUNT),
    one("UltmtCdtr", "ultimate_creditor", shapes.PARTY),
    one("Purp", "purpose", Coded()),
    one("RmtInf", "remittance", shapes.REMITTANCE),
)
_MESSAGE = Message(
    "pacs.008.001.08",
    "FIToFICstmrCdtTrf",
    Shape(
        CreditTransfers,
        must("GrpHdr", "header", shapes.group_header("TtlIntrBkSttlmAmt", typed=True)),
        many("CdtTrfTxInf", "transfers", _TRANSFER, least=1),
    ),
)
MESSAGE = _MESSAGE.name
build = _MESSAGE.build
read = _MESSAGE.read
