"""camt.056.001.08, the request to give a settled payment back (a recall): built and read."""

from datetime import date

from remit.kernel.money import Money
from remit.kernel.value import value
from remit.rails.iso20022 import shapes
from remit.rails.iso20022.branch import Leaf
from remit.rails.iso20022.kinds import AMOUNT, COUNT, DAY, MAX35
from remit.rails.iso20022.parts import (
    Agent,
    Assignment,
    Case,
    Original,
    OriginalIds,
    OriginalMessage,
    Reason,
)
from remit.rails.iso20022.shape import Message, Shape, many, must, one


@value
class Recall:
    """One payment that is asked back, and why: DUPL, TECH, FRAD, CUST, AC03, AM09 and so on."""

    ids: OriginalIds
    reasons: tuple[Reason, ...]
    id: str | None = None
    case: Case | None = None
    group: OriginalMessage | None = None
    amount: Money | None = None
    settlement_date: date | None = None
    assigner: Agent | None = None
    assignee: Agent | None = None
    original: Original | None = None
    rest: tuple[Leaf, ...] = ()


@value
class Recalls:
    """A whole message. `rest` keeps what it says and no other part has a place for."""

    assignment: Assignment
    recalls: tuple[Recall, ...]
    case: Case | None = None
    count: int | None = None
    rest: tuple[Leaf, ...] = ()


_RECALL = Shape(
    Recall,
    one("CxlId", "id", MAX35),
    one("Case", "case", shapes.CASE),
    one("OrgnlGrpInf", "group", shapes.ORIGINAL_MESSAGE),
    must(".", "ids", shapes.CLEARED_IDS),
    one("OrgnlIntrBkSttlmAmt", "amount", AMOUNT),
    one("OrgnlIntrBkSttlmDt", "settlement_date", DAY),
    one("Assgnr", "assigner", shapes.AGENT),
    one("Assgne", "assignee", shapes.AGENT),
    many("CxlRsnInf", "reasons", shapes.REASON),
    one("OrgnlTxRef", "original", shapes.ORIGINAL),
)
_MESSAGE = Message(
    "camt.056.001.08",
    "FIToFIPmtCxlReq",
    Shape(
        Recalls,
        must("Assgnmt", "assignment", shapes.ASSIGNMENT),
        one("Case", "case", shapes.CASE),
        one("CtrlData/NbOfTxs", "count", COUNT),
        many("Undrlyg/TxInf", "recalls", _RECALL, least=1),
    ),
)
MESSAGE = _MESSAGE.name
build = _MESSAGE.build
read = _MESSAGE.read
