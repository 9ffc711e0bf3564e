"""Reads a block's credit transfers and judges each by itself, with ISO 20022 reason codes.

Reasons never quote the message, so they may be shown and logged.
"""

from decimal import Decimal

from remit.kernel.errors import InvalidMoney
from remit.kernel.iban import is_iban
from remit.kernel.money import MAX_AMOUNT, Money, exponent
from remit.rails.iso20022.initiation import (
    NOT_PROVIDED,
    AccountNumber,
    CreditTransfer,
    Item,
    PostalAddress,
    Reason,
    item_key,
)
from remit.rails.iso20022.tree import Node

METHOD = Reason(code="AG02", detail="Only transfers (PmtMtd TRF or TRA) are carried out")
DEBTOR_ACCOUNT = Reason(code="AC02", detail="The debtor account is missing or not valid")
CREDITOR_ACCOUNT = Reason(code="AC03", detail="The creditor account is missing or not valid")
ZERO = Reason(code="AM01", detail="The amount is zero")
TOO_MUCH = Reason(code="AM02", detail="The amount is above the largest that can be paid")
CURRENCY = Reason(code="AM03", detail="The currency is not an active ISO 4217 currency")
DECIMALS = Reason(code="AM12", detail="The amount has more decimals than its currency")
EQUIVALENT = Reason(code="AM12", detail="An equivalent amount (EqvtAmt) is not supported")
REPEATED = Reason(code="DU04", detail="The end-to-end id is used twice in its payment information")


def read_items(
    transfers: tuple[Node, ...],
    *,
    message_id: str,
    payment_information_id: str,
    start: int,
    refusal: Reason | None,
) -> tuple[Item, ...]:
    """The items of one payment information; the first has position `start` in the file.

    `refusal` is the reason, if any, why none of them can be paid. Of items with one end-to-end id
    the first counts. The others are rejected, and keyed by position, as the nameless ones are.
    """
    seen: set[str] = set()
    items = []
    for position, transfer in enumerate(transfers, start):
        end_to_end_id = transfer.required("PmtId/EndToEndId")
        nameless, repeated = end_to_end_id == NOT_PROVIDED, end_to_end_id in seen
        if not nameless:
            seen.add(end_to_end_id)
        key = item_key(
            message_id=message_id,
            payment_information_id=payment_information_id,
            end_to_end_id=end_to_end_id,
            position=position if nameless or repeated else None,
        )
        reason = refusal or (REPEATED if repeated else None)
        items.append(_item(transfer, key, position, payment_information_id, reason))
    return tuple(items)


def account(parent: Node, path: str) -> AccountNumber | None:
    """The account number at `path`; nothing when there is none, or an IBAN that cannot be one."""
    iban, other = parent.text(f"{path}/Id/IBAN"), parent.text(f"{path}/Id/Othr/Id")
    if iban is not None and is_iban(iban.upper()):
        return AccountNumber(iban=iban.upper())
    return AccountNumber(other=other) if other and other.strip() else None


def agent(parent: Node, path: str) -> str | None:
    """The BIC of the bank at `path`, in either version's spelling."""
    return parent.text(f"{path}/FinInstnId/BICFI", f"{path}/FinInstnId/BIC")


def _item(
    transfer: Node, key: str, position: int, payment_information_id: str, refusal: Reason | None
) -> Item:
    instructed = Decimal(transfer.required("Amt/InstdAmt", "Amt/EqvtAmt/Amt").strip())
    currency = transfer.required("Amt/InstdAmt/@Ccy", "Amt/EqvtAmt/Amt/@Ccy")
    return Item(
        key=key,
        position=position,
        payment_information_id=payment_information_id,
        end_to_end_id=transfer.required("PmtId/EndToEndId"),
        instruction_id=transfer.text("PmtId/InstrId"),
        uetr=transfer.text("PmtId/UETR"),
        instructed=instructed,
        currency=currency,
        outcome=refusal or _outcome(transfer, instructed, currency),
    )


def _outcome(transfer: Node, instructed: Decimal, currency: str) -> CreditTransfer | Reason:
    if transfer.all("Amt/EqvtAmt"):
        return EQUIVALENT
    amount = _money(instructed, currency)
    if isinstance(amount, Reason):
        return amount
    creditor_account = account(transfer, "CdtrAcct")
    if creditor_account is None:
        return CREDITOR_ACCOUNT
    return CreditTransfer(
        amount=amount,
        creditor_name=transfer.text("Cdtr/Nm"),
        creditor_account=creditor_account,
        creditor_agent=agent(transfer, "CdtrAgt"),
        creditor_address=_address(transfer),
        remittance=tuple(each.element.text or "" for each in transfer.all("RmtInf/Ustrd")),
        creditor_reference=transfer.text("RmtInf/Strd/CdtrRefInf/Ref"),
    )


def _money(instructed: Decimal, currency: str) -> Money | Reason:
    try:
        digits = exponent(currency)
    except InvalidMoney:
        return CURRENCY
    if instructed == 0:
        return ZERO
    if instructed.scaleb(digits) > MAX_AMOUNT:
        return TOO_MUCH
    try:
        # The schema's numbers may begin with a sign, a point or zeros; the kernel's may not.
        return Money.parse(format(instructed.normalize(), "f"), currency=currency)
    except InvalidMoney:
        return DECIMALS


def _address(transfer: Node) -> PostalAddress | None:
    for address in transfer.all("Cdtr/PstlAdr"):
        return PostalAddress(
            street_name=address.text("StrtNm"),
            building_number=address.text("BldgNb"),
            post_code=address.text("PstCd"),
            town=address.text("TwnNm"),
            country=address.text("Ctry"),
            lines=tuple(line.element.text or "" for line in address.all("AdrLine")),
        )
    return None
