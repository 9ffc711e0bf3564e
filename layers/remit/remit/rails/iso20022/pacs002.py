"""pacs.002.001.10, what became of a payment, from bank to bank: built and read.

A status or a reason that we do not know is kept as it came: codes are added every quarter.
"""

from remit.kernel.value import value
from remit.rails.iso20022 import shapes
from remit.rails.iso20022.branch import Leaf
from remit.rails.iso20022.choices import WHEN
from remit.rails.iso20022.kinds import CODE4, MAX35, MOMENT
from remit.rails.iso20022.parts import (
    Agent,
    Charge,
    Original,
    OriginalIds,
    OriginalMessage,
    Reason,
    ReportHeader,
)
from remit.rails.iso20022.shape import Message, Shape, many, must, one


@value
class GroupStatus:
    """What became of a whole message: `status` ACSC, ACCC, RJCT, PART and so on, if it is said."""

    message_id: str
    message: str
    created_at: str | None = None
    status: str | None = None
    reasons: tuple[Reason, ...] = ()
    rest: tuple[Leaf, ...] = ()


@value
class PaymentStatus:
    """What became of one payment: `status` ACSC, ACCC, ACCP, RJCT, PDNG and so on."""

    ids: OriginalIds
    status: str | None
    id: str | None = None
    group: OriginalMessage | None = None
    reasons: tuple[Reason, ...] = ()
    charges: tuple[Charge, ...] = ()
    accepted_at: str | None = None
    settled_on: str | None = None
    servicer_reference: str | None = None
    clearing_reference: str | None = None
    instructing_agent: Agent | None = None
    instructed_agent: Agent | None = None
    original: Original | None = None
    rest: tuple[Leaf, ...] = ()


@value
class StatusReport:
    """A whole message. `rest` keeps what it says and no other part has a place for."""

    header: ReportHeader
    groups: tuple[GroupStatus, ...] = ()
    payments: tuple[PaymentStatus, ...] = ()
    rest: tuple[Leaf, ...] = ()


_GROUP = Shape(
    GroupStatus,
    *shapes.ORIGINAL_GROUP,
    one("GrpSts", "status", CODE4),
    many("StsRsnInf", "reasons", shapes.REASON),
)
_PAYMENT = Shape(
    PaymentStatus,
    one("StsId", "id", MAX35),
    one("OrgnlGrpInf", "group", shapes.ORIGINAL_MESSAGE),
    must(".", "ids", shapes.ORIGINAL_IDS),
    one("TxSts", "status", CODE4),
    many("StsRsnInf", "reasons", shapes.REASON),
    many("ChrgsInf", "charges", shapes.CHARGE),
    one("AccptncDtTm", "accepted_at", MOMENT),
    one("FctvIntrBkSttlmDt", "settled_on", WHEN),
    one("AcctSvcrRef", "servicer_reference", MAX35),
    one("ClrSysRef", "clearing_reference", MAX35),
    *shapes.AGENTS,
    one("OrgnlTxRef", "original", shapes.ORIGINAL),
)
_MESSAGE = Message(
    "pacs.002.001.10",
    "FIToFIPmtStsRpt",
    Shape(
        StatusReport,
        must("GrpHdr", "header", shapes.REPORT_HEADER),
        many("OrgnlGrpInfAndSts", "groups", _GROUP),
        many("TxInfAndSts", "payments", _PAYMENT),
    ),
)
MESSAGE = _MESSAGE.name
build = _MESSAGE.build
read = _MESSAGE.read
