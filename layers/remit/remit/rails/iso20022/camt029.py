"""camt.029.001.09, the answer to a recall: built and read.

A recall that is accepted is answered by a return (pacs.004) as the schemes have it; this message
refuses, with the reason, or says that the matter is pending.
"""

from datetime import date

from remit.kernel.money import Money
from remit.kernel.value import value
from remit.rails.iso20022 import shapes
from remit.rails.iso20022.branch import Leaf
from remit.rails.iso20022.kinds import AMOUNT, CODE4, DAY, MAX35, words
from remit.rails.iso20022.parts import (
    Agent,
    Assignment,
    Case,
    Original,
    OriginalIds,
    OriginalMessage,
    Party,
    Reason,
)
from remit.rails.iso20022.shape import Message, Shape, many, must, one


@value
class RecallStatus:
    """What became of one recall: `status` RJCR (refused), ACCR (accepted), PDCR (pending)."""

    ids: OriginalIds
    status: str | None
    id: str | None = None
    case: Case | None = None
    group: OriginalMessage | None = None
    reasons: tuple[Reason, ...] = ()
    amount: Money | None = None
    settlement_date: date | None = None
    assigner: Party | Agent | None = None
    assignee: Party | Agent | None = None
    original: Original | None = None
    rest: tuple[Leaf, ...] = ()


@value
class Resolution:
    """A whole message: `confirmation` CNCL, RJCR, PDCR, PECR and so on."""

    assignment: Assignment
    confirmation: str | None
    recalls: tuple[RecallStatus, ...] = ()
    case: Case | None = None
    rest: tuple[Leaf, ...] = ()


_RECALL = Shape(
    RecallStatus,
    one("CxlStsId", "id", MAX35),
    one("RslvdCase", "case", shapes.CASE),
    one("OrgnlGrpInf", "group", shapes.ORIGINAL_MESSAGE),
    must(".", "ids", shapes.RESOLVED_IDS),
    one("TxCxlSts", "status", words("RJCR", "ACCR", "PDCR")),
    many("CxlStsRsnInf", "reasons", shapes.REASON),
    one("OrgnlIntrBkSttlmAmt", "amount", AMOUNT),
    one("OrgnlIntrBkSttlmDt", "settlement_date", DAY),
    one("Assgnr", "assigner", shapes.PARTY_OR_AGENT),
    one("Assgne", "assignee", shapes.PARTY_OR_AGENT),
    one("OrgnlTxRef", "original", shapes.ORIGINAL),
)
_MESSAGE = Message(
    "camt.029.001.09",
    "RsltnOfInvstgtn",
    Shape(
        Resolution,
        must("Assgnmt", "assignment", shapes.ASSIGNMENT),
        one("RslvdCase", "case", shapes.CASE),
        one("Sts/Conf", "confirmation", CODE4),
        many("CxlDtls/TxInfAndSts", "recalls", _RECALL),
        needs={"": ("Sts",)},
    ),
)
MESSAGE = _MESSAGE.name
build = _MESSAGE.build
read = _MESSAGE.read
