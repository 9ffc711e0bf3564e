"""Reads pain.001 (customer credit transfer initiation), versions .03 and .09, into values.

A file is refused whole for its schema or its control figures; an item that cannot be paid is
rejected alone. Looks at nothing but the file: neither the clock nor any account.
"""

from collections.abc import Iterator
from datetime import date
from decimal import Decimal

from remit.rails.iso20022.document import read
from remit.rails.iso20022.encoding import MAX_BYTES
from remit.rails.iso20022.errors import InvalidMessage, MessageTooLarge
from remit.rails.iso20022.initiation import FileHeader, Initiation, PaymentInformation, Reason
from remit.rails.iso20022.items import DEBTOR_ACCOUNT, METHOD, account, agent, read_items
from remit.rails.iso20022.tree import Node

VERSIONS = frozenset({"pain.001.001.03", "pain.001.001.09"})
MAX_ITEMS = 10_000

_MESSAGE = "/Document/CstmrCdtTrfInitn"

_Figure = tuple[str, str, Decimal | int | None, Decimal | int]
"""A control figure: where it stands, the reason code if it is wrong, what it says, what is."""


def parse(content: bytes, *, max_bytes: int = MAX_BYTES, max_items: int = MAX_ITEMS) -> Initiation:
    """The file in `content`, with amounts in minor units and control figures that hold exactly.

    Raises `MessageTooLarge`, `MalformedMessage`, `UnsupportedMessage` or `InvalidMessage`.
    """
    document = read(content, supported=VERSIONS, max_bytes=max_bytes)
    root = Node(element=document.root, namespace=document.namespace)
    count = len(root.all("CstmrCdtTrfInitn/PmtInf/CdtTrfTxInf"))
    if count > max_items:
        raise MessageTooLarge(f"The file has {count} credit transfers; {max_items} are allowed")
    header = _header(root, document.message)
    initiation = Initiation(header=header, payment_informations=_blocks(root, header.message_id))
    for pointer, reason, said, found in _figures(initiation):
        if said is not None and said != found:
            raise _invalid(pointer, reason, f"{said} is stated, the items give {found}")
    return initiation


def _header(root: Node, message: str) -> FileHeader:
    group = "CstmrCdtTrfInitn/GrpHdr"
    return FileHeader(
        message=message,
        message_id=root.required(f"{group}/MsgId"),
        created_at=root.required(f"{group}/CreDtTm").strip(),
        item_count=int(root.required(f"{group}/NbOfTxs")),
        control_sum=root.number(f"{group}/CtrlSum"),
        initiating_party=root.text(f"{group}/InitgPty/Nm"),
    )


def _blocks(root: Node, message_id: str) -> tuple[PaymentInformation, ...]:
    blocks: dict[str, PaymentInformation] = {}
    start = 1
    for place, node in enumerate(root.all("CstmrCdtTrfInitn/PmtInf"), 1):
        block = _block(node, message_id, start, f"{_MESSAGE}/PmtInf[{place}]")
        if block.id in blocks:
            pointer = f"{_MESSAGE}/PmtInf[{place}]/PmtInfId"
            raise _invalid(pointer, "DU02", "the id is used for an earlier payment information")
        blocks[block.id] = block
        start += len(block.items)
    return tuple(blocks.values())


def _block(node: Node, message_id: str, start: int, pointer: str) -> PaymentInformation:
    block_id = node.required("PmtInfId")
    debtor_account = account(node, "DbtrAcct")
    count = node.text("NbOfTxs")
    return PaymentInformation(
        id=block_id,
        execution_date=_day(node, pointer),
        debtor_name=node.text("Dbtr/Nm"),
        debtor_account=debtor_account,
        debtor_agent=agent(node, "DbtrAgt"),
        item_count=None if count is None else int(count),
        control_sum=node.number("CtrlSum"),
        items=read_items(
            node.all("CdtTrfTxInf"),
            message_id=message_id,
            payment_information_id=block_id,
            start=start,
            refusal=_refusal(node, has_account=debtor_account is not None),
        ),
    )


def _refusal(node: Node, *, has_account: bool) -> Reason | None:
    """Why nothing in a payment information can be paid, if so."""
    if node.required("PmtMtd") == "CHK":
        return METHOD
    return None if has_account else DEBTOR_ACCOUNT


def _day(node: Node, pointer: str) -> date:
    """The day as written, whatever its offset: version .09 wraps it in `Dt` or `DtTm`."""
    try:
        return date.fromisoformat(node.required("ReqdExctnDt").strip()[:10])
    except ValueError:
        raise _invalid(f"{pointer}/ReqdExctnDt", "DT01", "the year is out of range") from None


def _figures(initiation: Initiation) -> Iterator[_Figure]:
    """Every control figure. `sum` is exact: 18 digits and 10,000 items stay under Decimal's 28."""
    header, items = initiation.header, initiation.items
    group = f"{_MESSAGE}/GrpHdr"
    yield f"{group}/NbOfTxs", "AM19", header.item_count, len(items)
    yield f"{group}/CtrlSum", "AM16", header.control_sum, sum(i.instructed for i in items)
    for place, block in enumerate(initiation.payment_informations, 1):
        pointer, total = f"{_MESSAGE}/PmtInf[{place}]", sum(i.instructed for i in block.items)
        yield f"{pointer}/NbOfTxs", "AM20", block.item_count, len(block.items)
        yield f"{pointer}/CtrlSum", "AM17", block.control_sum, total


def _invalid(pointer: str, reason: str, what: str) -> InvalidMessage:
    detail = f"{pointer.rpartition('/')[2]}: {what}"
    return InvalidMessage(detail, errors=[{"pointer": pointer, "detail": what}], reason=reason)
