"""What the schemes ask of a credit transfer beyond the schema, as tables. Changes nothing.

SCT Inst: EPC122-16, the interbank guidelines of 2025. FPS: the rules of Hong Kong's system for
addressing by account, mobile number, e-mail address or FPS identifier.
"""

import re
from collections.abc import Callable, Iterator, Mapping
from datetime import date

from remit.kernel.iban import is_iban
from remit.kernel.value import value
from remit.rails import address
from remit.rails.capability import BY_NAME
from remit.rails.iso20022 import references
from remit.rails.iso20022.characters import SEPA
from remit.rails.iso20022.pacs008 import CreditTransfer, CreditTransfers
from remit.rails.iso20022.parts import Account, Code, PaymentType, Remittance
from remit.rails.proxy import FORMS


@value
class Broken:
    """A rule that a message breaks: the element, ISO 20022's reason code, and what is asked."""

    element: str
    code: str
    what: str


@value
class Rule:
    """What one element of a transfer has to be."""

    element: str
    code: str
    what: str
    holds: Callable[[CreditTransfer], bool]


def broken(rail: str, message: CreditTransfers, *, on: date) -> tuple[Broken, ...]:
    """Every rule of `rail` that `message` breaks on a day, in the order of its elements.

    `KeyError` for a rail whose scheme has no messages.
    """
    found = [*_header(message)]
    for number, transfer in enumerate(message.transfers, 1):
        place = "CdtTrfTxInf" if number == 1 else f"CdtTrfTxInf[{number}]"
        found += [
            Broken(element=f"{place}/{rule.element}", code=rule.code, what=rule.what)
            for rule in (*_amounts(rail), *RULES[rail])
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
    amounts = BY_NAME[rail].amounts

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
    for fault in address.judge_message(addresses, rule=address.RULES[rail], on=on):
        code = "BE04" if fault.element.startswith("Cdtr") else "BE07"
        yield Broken(element=f"{place}/{fault.element}", code=code, what=fault.what)


def _id(text: str | None) -> bool:
    return text is not None and references.fault(text) is None


def _levels(transfer: CreditTransfer) -> tuple[str, ...]:
    return tuple(level.code for level in (transfer.type or PaymentType()).service_levels)


def _instrument(transfer: CreditTransfer) -> Code | None:
    return (transfer.type or PaymentType()).local_instrument


def _has_iban(account: Account | None) -> bool:
    return account is not None and account.iban is not None and is_iban(account.iban)


def _short(name: str | None, most: int) -> bool:
    return bool(name and name.strip()) and len(name or "") <= most


def _remittance(transfer: CreditTransfer) -> bool:
    remittance = transfer.remittance
    if remittance is None:
        return True
    return len(remittance.lines) + len(remittance.structured) <= 1


def _latin(element: str, texts: Callable[[CreditTransfer], tuple[str, ...]]) -> Rule:
    return Rule(
        element=element,
        code="FF10",
        what="only the Latin letters of EPC217-08",
        holds=lambda transfer: all(set(text) <= SEPA for text in texts(transfer)),
    )


_IDS: tuple[Rule, ...] = (
    Rule(
        element="PmtId/EndToEndId",
        code="CH16",
        what="an id of the scheme's characters, without slashes at its ends",
        holds=lambda transfer: _id(transfer.ids.end_to_end_id),
    ),
    Rule(
        element="PmtId/TxId",
        code="CH16",
        what="an id of the scheme's characters, without slashes at its ends",
        holds=lambda transfer: _id(transfer.ids.transaction_id),
    ),
)

_SCT_INST: tuple[Rule, ...] = (
    *_IDS,
    Rule(
        element="PmtTpInf/SvcLvl/Cd",
        code="CH13",
        what="the service level is SEPA",
        holds=lambda transfer: _levels(transfer) == ("SEPA",),
    ),
    Rule(
        element="PmtTpInf/LclInstrm/Cd",
        code="CH13",
        what="the local instrument is INST",
        holds=lambda transfer: _instrument(transfer) == Code(code="INST"),
    ),
    Rule(
        element="AccptncDtTm",
        code="DT01",
        what="the time of acceptance, from which the ten seconds run",
        holds=lambda transfer: transfer.accepted_at is not None,
    ),
    Rule(
        element="ChrgBr",
        code="CH12",
        what="each side bears its own charges (SLEV)",
        holds=lambda transfer: transfer.charge_bearer == "SLEV",
    ),
    Rule(
        element="Dbtr/Nm",
        code="BE08",
        what="a name of at most 70 characters",
        holds=lambda transfer: _short(transfer.debtor.name, 70),
    ),
    Rule(
        element="DbtrAcct/Id/IBAN",
        code="AC02",
        what="an IBAN with the right length and check digits",
        holds=lambda transfer: _has_iban(transfer.debtor_account),
    ),
    Rule(
        element="DbtrAgt/FinInstnId/BICFI",
        code="RC03",
        what="the bank's BIC",
        holds=lambda transfer: transfer.debtor_agent.bic is not None,
    ),
    Rule(
        element="CdtrAgt/FinInstnId/BICFI",
        code="RC04",
        what="the bank's BIC",
        holds=lambda transfer: transfer.creditor_agent.bic is not None,
    ),
    Rule(
        element="Cdtr/Nm",
        code="BE22",
        what="a name of at most 70 characters",
        holds=lambda transfer: _short(transfer.creditor.name, 70),
    ),
    Rule(
        element="CdtrAcct/Id/IBAN",
        code="AC03",
        what="an IBAN with the right length and check digits",
        holds=lambda transfer: _has_iban(transfer.creditor_account),
    ),
    Rule(
        element="RmtInf",
        code="CH16",
        what="one unstructured line or one structured reference",
        holds=_remittance,
    ),
    _latin("Dbtr/Nm", lambda transfer: (transfer.debtor.name or "",)),
    _latin("Cdtr/Nm", lambda transfer: (transfer.creditor.name or "",)),
    _latin("RmtInf/Ustrd", lambda transfer: (transfer.remittance or Remittance()).lines),
)

_BANK_ACCOUNT = re.compile(r"[0-9]{6,34}", re.ASCII)


def _addressed(transfer: CreditTransfer) -> bool:
    """Whether the creditor is named in one of FPS's ways."""
    account = transfer.creditor_account
    if account is None or account.other is None or account.iban is not None:
        return False
    scheme = account.other.scheme
    if scheme is None or scheme.code == "BBAN":
        return _BANK_ACCOUNT.fullmatch(account.other.id) is not None
    pattern = FORMS.get(scheme.code)
    return pattern is not None and pattern.fullmatch(account.other.id) is not None


def _found(transfer: CreditTransfer) -> bool:
    """Whether the creditor's bank is named, which a proxy spares."""
    account = transfer.creditor_account
    proxied = account and account.other and account.other.scheme
    bank = transfer.creditor_agent
    return bool(bank.member or bank.bic or (proxied and proxied.code in FORMS))


_FPS_HK: tuple[Rule, ...] = (
    *_IDS,
    Rule(
        element="ChrgBr",
        code="CH12",
        what="each side bears its own charges (SLEV)",
        holds=lambda transfer: transfer.charge_bearer == "SLEV",
    ),
    Rule(
        element="Dbtr/Nm",
        code="BE08",
        what="a name of at most 140 characters",
        holds=lambda transfer: _short(transfer.debtor.name, 140),
    ),
    Rule(
        element="DbtrAcct/Id/Othr/Id",
        code="AC02",
        what="the account's number",
        holds=lambda transfer: bool(transfer.debtor_account and transfer.debtor_account.other),
    ),
    Rule(
        element="CdtrAgt/FinInstnId",
        code="RC04",
        what="the bank's clearing code or BIC, unless a proxy names the payee",
        holds=_found,
    ),
    Rule(
        element="CdtrAcct/Id/Othr",
        code="AC03",
        what="an account's number, a mobile number (MOBN), an e-mail (EMAL) or an FPS id (SVID)",
        holds=_addressed,
    ),
)

RULES: Mapping[str, tuple[Rule, ...]] = {"sct_inst": _SCT_INST, "fps_hk": _FPS_HK}
"""Each scheme's rules for one transfer, besides its amounts and addresses."""
