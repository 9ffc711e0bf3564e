"""Builds pain.002.001.10, the customer payment status report: what became of a pain.001 file.

The same input gives the same bytes. Holds no names and no account numbers.
"""

from collections import Counter
from collections.abc import Iterable, Sequence
from typing import Literal

from lxml import etree

from remit.kernel.clock import rfc3339
from remit.kernel.value import value
from remit.rails.iso20022.initiation import FileHeader

MESSAGE = "pain.002.001.10"
NAMESPACE = f"urn:iso:std:iso:20022:tech:xsd:{MESSAGE}"

Status = Literal["RCVD", "PDNG", "ACTC", "ACCP", "ACSP", "ACSC", "ACCC", "PART", "RJCT", "CANC"]
"""Codes of ISO 20022's ExternalPaymentTransactionStatus1Code and its sister for groups.

Received, pending, then accepted: technically, for the customer's profile, settlement in process,
settlement completed, credited; partly; rejected; cancelled.
"""

_ACCEPTED: tuple[Status, ...] = ("ACTC", "ACCP", "ACSP", "ACSC", "ACCC")  # in order of progress
_OPEN: frozenset[Status] = frozenset({"RCVD", "PDNG"})

_MAX_ADDITIONAL = 105  # Max105Text


@value
class ItemStatus:
    """What became of one item. `amount` is a decimal as ISO 20022 writes it (`12.50`).

    `reference` is our id of the payment, at most 35 characters.
    """

    payment_information_id: str
    end_to_end_id: str
    status: Status
    amount: str
    currency: str
    instruction_id: str | None = None
    uetr: str | None = None
    reference: str | None = None
    reason: str | None = None
    detail: str | None = None


def report(
    header: FileHeader, items: Sequence[ItemStatus], *, message_id: str, created_at: int
) -> bytes:
    """The report, in UTF-8, on the file with `header`; `created_at` is in milliseconds.

    Payment informations stand in the order of their first items. Without items the file's status
    is RCVD.
    """
    names = {None: NAMESPACE}
    root = etree.Element(f"{{{NAMESPACE}}}Document", nsmap=names)  # type: ignore[arg-type]
    body = _add(root, "CstmrPmtStsRpt")
    group = _add(body, "GrpHdr")
    _add(group, "MsgId", message_id)
    _add(group, "CreDtTm", rfc3339(created_at))
    _original_group(body, header, items)
    blocks: dict[str, list[ItemStatus]] = {}
    for item in items:
        blocks.setdefault(item.payment_information_id, []).append(item)
    for block_id, members in blocks.items():
        _original_block(body, block_id, members)
    return etree.tostring(root, xml_declaration=True, encoding="UTF-8")


def overall(statuses: Iterable[Status]) -> Status:
    """The status of a group by those of its members.

    All accepted: the least advanced. Some accepted and others not: PART. None accepted: PDNG
    while any is open, else RJCT, or CANC when every one was cancelled.
    """
    present = set(statuses)
    accepted = [status for status in _ACCEPTED if status in present]
    if len(present) == 1:
        return present.pop()
    if accepted:
        return accepted[0] if len(accepted) == len(present) else "PART"
    if not present:
        return "RCVD"
    return "PDNG" if present & _OPEN else "RJCT"


def _original_group(body: etree._Element, header: FileHeader, items: Sequence[ItemStatus]) -> None:
    group = _add(body, "OrgnlGrpInfAndSts")
    _add(group, "OrgnlMsgId", header.message_id)
    _add(group, "OrgnlMsgNmId", header.message)
    _add(group, "OrgnlCreDtTm", header.created_at)
    _add(group, "OrgnlNbOfTxs", str(header.item_count))
    if header.control_sum is not None:
        _add(group, "OrgnlCtrlSum", format(header.control_sum, "f"))
    _add(group, "GrpSts", overall(item.status for item in items))
    _counts(group, items)


def _original_block(body: etree._Element, block_id: str, items: Sequence[ItemStatus]) -> None:
    block = _add(body, "OrgnlPmtInfAndSts")
    _add(block, "OrgnlPmtInfId", block_id)
    _add(block, "OrgnlNbOfTxs", str(len(items)))
    _add(block, "PmtInfSts", overall(item.status for item in items))
    _counts(block, items)
    for item in items:
        _item(block, item)


def _counts(parent: etree._Element, items: Sequence[ItemStatus]) -> None:
    for status, count in sorted(Counter(item.status for item in items).items()):
        entry = _add(parent, "NbOfTxsPerSts")
        _add(entry, "DtldNbOfTxs", str(count))
        _add(entry, "DtldSts", status)


def _item(block: etree._Element, item: ItemStatus) -> None:
    entry = _add(block, "TxInfAndSts")
    _add_if(entry, "OrgnlInstrId", item.instruction_id)
    _add(entry, "OrgnlEndToEndId", item.end_to_end_id)
    _add_if(entry, "OrgnlUETR", item.uetr)
    _add(entry, "TxSts", item.status)
    if item.reason is not None:
        information = _add(entry, "StsRsnInf")
        _add(_add(information, "Rsn"), "Cd", item.reason)
        _add_if(information, "AddtlInf", (item.detail or "")[:_MAX_ADDITIONAL])
    _add_if(entry, "AcctSvcrRef", item.reference)
    amount = _add(_add(_add(entry, "OrgnlTxRef"), "Amt"), "InstdAmt", item.amount)
    amount.set("Ccy", item.currency)


def _add(parent: etree._Element, name: str, text: str | None = None) -> etree._Element:
    element = etree.SubElement(parent, f"{{{NAMESPACE}}}{name}")
    element.text = text
    return element


def _add_if(parent: etree._Element, name: str, text: str | None) -> None:
    """Add an optional element, which the schema does not take empty."""
    if text:
        _add(parent, name, text)
