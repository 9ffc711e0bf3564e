"""pacs.009.001.08, the credit transfer between banks on their own account: built and read."""

from datetime import date

from remit.kernel.money import Money
from remit.kernel.value import value
from remit.rails.iso20022 import shapes
from remit.rails.iso20022.branch import Leaf
from remit.rails.iso20022.choices import Coded
from remit.rails.iso20022.kinds import AMOUNT, DAY, MAX140, words
from remit.rails.iso20022.parts import Account, Agent, Code, GroupHeader, PaymentIds, PaymentType
from remit.rails.iso20022.shape import Message, Shape, many, must, one


@value
class Instruction:
    """What one institution pays another: a settlement position, for one."""

    ids: PaymentIds
    amount: Money
    debtor: Agent
    creditor: Agent
    type: PaymentType | None = None
    settlement_date: date | None = None
    priority: str | None = None
    instructing_agent: Agent | None = None
    instructed_agent: Agent | None = None
    debtor_account: Account | None = None
    debtor_agent: Agent | None = None
    creditor_agent: Agent | None = None
    creditor_account: Account | None = None
    purpose: Code | None = None
    remittance: tuple[str, ...] = ()
    rest: tuple[Leaf, ...] = ()


@value
class Instructions:
    """A whole message. `rest` keeps what it says and no other part has a place for."""

    header: GroupHeader
    instructions: tuple[Instruction, ...]
    rest: tuple[Leaf, ...] = ()


_INSTRUCTION = Shape(
    Instruction,
    must("PmtId", "ids", shapes.PAYMENT_IDS),
    one("PmtTpInf", "type", shapes.PAYMENT_TYPE),
    must("IntrBkSttlmAmt", "amount", AMOUNT),
    one("IntrBkSttlmDt", "settlement_date", DAY),
    one("SttlmPrty", "priority", words("URGT", "HIGH", "NORM")),
    *shapes.AGENTS,
    must("Dbtr", "debtor", shapes.AGENT),
    one("DbtrAcct", "debtor_account", shapes.ACCOUNT),
    one("DbtrAgt", "debtor_agent", shapes.AGENT),
    one("CdtrAgt", "creditor_agent", shapes.AGENT),
    must("Cdtr", "creditor", shapes.AGENT),
    one("CdtrAcct", "creditor_account", shapes.ACCOUNT),
    one("Purp", "purpose", Coded()),
    many("RmtInf/Ustrd", "remittance", MAX140),
)
_MESSAGE = Message(
    "pacs.009.001.08",
    "FICdtTrf",
    Shape(
        Instructions,
        must("GrpHdr", "header", shapes.group_header("TtlIntrBkSttlmAmt", typed=True)),
        many("CdtTrfTxInf", "instructions", _INSTRUCTION, least=1),
    ),
)
MESSAGE = _MESSAGE.name
build = _MESSAGE.build
read = _MESSAGE.read
