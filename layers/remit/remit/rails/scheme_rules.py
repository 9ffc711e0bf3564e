"""What the schemes ask of a credit transfer beyond the schema, held against one."""

from collections.abc import Iterator
from datetime import date

from remit.kernel.value import value
from remit.rails import address
from remit.rails.capability import SCHEMES
from remit.rails.iso20022 import references
from remit.rails.iso20022.pacs008 import CreditTransfer, CreditTransfers
from remit.rails.rail import Rule


@value
class Broken:
    """A rule that a message breaks: the element, ISO 20022's reason code, and what is asked."""

    element: str
    code: str
    what: str


def broken(rail: str, message: CreditTransfers, *, on: date) -> tuple[Broken, ...]:
    """Every rule of `rail` that `message` breaks on a day, in the order of its elements.

    `KeyError` for a rail whose scheme has no messages.
    """
    found = [*_header(message)]
    for number, transfer in enumerate(message.transfers, 1):
        place = "CdtTrfTxInf" if number == 1 else f"CdtTrfTxInf[{number}]"
        found += [
            Broken(element=f"{place}/{rule.element}", code=rule.code, what=rule.what)
            for rule in (*_amounts(rail), *SCHEMES[rail].rules)
            if not rule.holds(transfer)
        ]
        found += _addresses(rail, place, transfer, on)
    return tuple(found)


def _header(message: CreditTransfers) -> Iterator[Broken]:
    wrong = references.fault(message.header.message_id)
    if wrong:
        yield Broken(element="GrpHdr/MsgId", code="DU01", what=wrong)
    if message.header.count != 1 or len(message.transfers) != 1:
        what = "the message holds one transfer, and says so"
        yield Broken(element="GrpHdr/NbOfTxs", code="AM18", what=what)
    if message.header.settlement.method != "CLRG":
        what = "settlement is through the clearing system (CLRG)"
        yield Broken(element="GrpHdr/SttlmInf/SttlmMtd", code="FF05", what=what)
    total = message.header.total
    if total is not None and any(total != transfer.amount for transfer in message.transfers):
        what = "the total is the amount of the one transfer"
        yield Broken(element="GrpHdr/TtlIntrBkSttlmAmt", code="AM10", what=what)


def _amounts(rail: str) -> tuple[Rule, ...]:
    amounts = SCHEMES[rail].capability.amounts

    def within(transfer: CreditTransfer) -> bool:
        least, most = amounts.get(transfer.amount.currency, (0, transfer.amount.amount))
        return least <= transfer.amount.amount <= most

    return (
        Rule(
            element="IntrBkSttlmAmt/@Ccy",
            code="AM03",
            what=f"the currency is {' or '.join(amounts)}",
            holds=lambda transfer: transfer.amount.currency in amounts,
        ),
        Rule(
            element="IntrBkSttlmAmt",
            code="AM02",
            what="the amount is within the scheme's limits",
            holds=within,
        ),
    )


def _addresses(rail: str, place: str, transfer: CreditTransfer, on: date) -> Iterator[Broken]:
    addresses = {"Dbtr/PstlAdr": transfer.debtor.address, "Cdtr/PstlAdr": transfer.creditor.address}
    for fault in address.judge_message(addresses, rule=SCHEMES[rail].address, on=on):
        code = "BE04" if fault.element.startswith("Cdtr") else "BE07"
        yield Broken(element=f"{place}/{fault.element}", code=code, what=fault.what)
