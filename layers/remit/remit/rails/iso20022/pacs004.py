"""pacs.004.001.09, the return of a settled payment: built and read."""

from datetime import date

from remit.kernel.money import Money
from remit.kernel.value import value
from remit.rails.iso20022 import shapes
from remit.rails.iso20022.branch import Leaf
from remit.rails.iso20022.kinds import AMOUNT, DAY, MAX35
from remit.rails.iso20022.pacs008 import CHARGE_BEARERS
from remit.rails.iso20022.parts import (
    Agent,
    Charge,
    GroupHeader,
    Original,
    OriginalIds,
    OriginalMessage,
    Reason,
)
from remit.rails.iso20022.shape import Message, Shape, many, must, one


@value
class Return:
    """One payment that comes back: `amount` is what comes, `original_amount` what was sent."""

    id: str | None
    ids: OriginalIds
    amount: Money
    reasons: tuple[Reason, ...]
    group: OriginalMessage | None = None
    original_amount: Money | None = None
    original_settlement_date: date | None = None
    settlement_date: date | None = None
    instructed: Money | None = None
    compensation: Money | None = None
    charge_bearer: str | None = None
    charges: tuple[Charge, ...] = ()
    clearing_reference: str | None = None
    instructing_agent: Agent | None = None
    instructed_agent: Agent | None = None
    original: Original | None = None
    rest: tuple[Leaf, ...] = ()


@value
class OriginalGroup:
    """The message whose payments come back, and why, where that is said for all of them."""

    message_id: str
    message: str
    created_at: str | None = None
    reasons: tuple[Reason, ...] = ()


@value
class Returns:
    """A whole message. `rest` keeps what it says and no other part has a place for."""

    header: GroupHeader
    returns: tuple[Return, ...]
    group: OriginalGroup | None = None
    rest: tuple[Leaf, ...] = ()


_RETURN = Shape(
    Return,
    one("RtrId", "id", MAX35),
    one("OrgnlGrpInf", "group", shapes.ORIGINAL_MESSAGE),
    must(".", "ids", shapes.CLEARED_IDS),
    one("OrgnlIntrBkSttlmAmt", "original_amount", AMOUNT),
    one("OrgnlIntrBkSttlmDt", "original_settlement_date", DAY),
    must("RtrdIntrBkSttlmAmt", "amount", AMOUNT),
    one("IntrBkSttlmDt", "settlement_date", DAY),
    one("RtrdInstdAmt", "instructed", AMOUNT),
    one("CompstnAmt", "compensation", AMOUNT),
    one("ChrgBr", "charge_bearer", CHARGE_BEARERS),
    many("ChrgsInf", "charges", shapes.CHARGE),
    one("ClrSysRef", "clearing_reference", MAX35),
    *shapes.AGENTS,
    many("RtrRsnInf", "reasons", shapes.REASON),
    one("OrgnlTxRef", "original", shapes.ORIGINAL),
)
_GROUP = Shape(OriginalGroup, *shapes.ORIGINAL_GROUP, many("RtrRsnInf", "reasons", shapes.REASON))
_MESSAGE = Message(
    "pacs.004.001.09",
    "PmtRtr",
    Shape(
        Returns,
        must("GrpHdr", "header", shapes.group_header("TtlRtrdIntrBkSttlmAmt", typed=False)),
        one("OrgnlGrpInf", "group", _GROUP),
        many("TxInf", "returns", _RETURN),
    ),
)
MESSAGE = _MESSAGE.name
build = _MESSAGE.build
read = _MESSAGE.read
