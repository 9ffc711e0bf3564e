"""pacs.028.001.03, the question what became of a payment: built and read."""

from remit.kernel.value import value
from remit.rails.iso20022 import shapes
from remit.rails.iso20022.branch import Leaf
from remit.rails.iso20022.kinds import MAX35, MOMENT
from remit.rails.iso20022.parts import Agent, Original, OriginalIds, OriginalMessage, ReportHeader
from remit.rails.iso20022.shape import Message, Shape, many, must, one


@value
class Enquiry:
    """The question about one payment."""

    ids: OriginalIds
    id: str | None = None
    group: OriginalMessage | None = None
    accepted_at: str | None = None
    clearing_reference: str | None = None
    instructing_agent: Agent | None = None
    instructed_agent: Agent | None = None
    original: Original | None = None
    rest: tuple[Leaf, ...] = ()


@value
class StatusRequest:
    """A whole message. `rest` keeps what it says and no other part has a place for."""

    header: ReportHeader
    groups: tuple[OriginalMessage, ...] = ()
    enquiries: tuple[Enquiry, ...] = ()
    rest: tuple[Leaf, ...] = ()


_ENQUIRY = Shape(
    Enquiry,
    one("StsReqId", "id", MAX35),
    one("OrgnlGrpInf", "group", shapes.ORIGINAL_MESSAGE),
    must(".", "ids", shapes.ORIGINAL_IDS),
    one("AccptncDtTm", "accepted_at", MOMENT),
    one("ClrSysRef", "clearing_reference", MAX35),
    *shapes.AGENTS,
    one("OrgnlTxRef", "original", shapes.ORIGINAL),
)
_MESSAGE = Message(
    "pacs.028.001.03",
    "FIToFIPmtStsReq",
    Shape(
        StatusRequest,
        must("GrpHdr", "header", shapes.REPORT_HEADER),
        many("OrgnlGrpInf", "groups", shapes.ORIGINAL_MESSAGE),
        many("TxInf", "enquiries", _ENQUIRY),
    ),
)
MESSAGE = _MESSAGE.name
build = _MESSAGE.build
read = _MESSAGE.read
