"""What we send to a scheme about a payment of ours: the transfer, the enquiry, the recall.

The same facts give the same bytes, and every id derives from the payment's UETR, so a message that
is sent again is the same message.
"""

from dataclasses import asdict, replace
from datetime import date

from remit.kernel.clock import rfc3339
from remit.kernel.money import Money
from remit.kernel.value import value
from remit.rails import scheme_rules
from remit.rails.capability import BY_NAME, SCHEMES
from remit.rails.iso20022 import camt056, pacs008, pacs028
from remit.rails.iso20022.characters import SEPA, transliterate
from remit.rails.iso20022.initiation import NOT_PROVIDED, PostalAddress
from remit.rails.iso20022.pacs008 import CreditTransfer, CreditTransfers
from remit.rails.iso20022.parts import (
    Account,
    Agent,
    Assignment,
    Code,
    GroupHeader,
    Identification,
    OriginalIds,
    OriginalMessage,
    Party,
    PaymentIds,
    Reason,
    Remittance,
    ReportHeader,
    Settlement,
)
from remit.rails.proxy import Proxy
from remit.rails.scheme_rules import Broken

TRANSFER, ENQUIRY, RECALL = "T", "E", "R"
"""The first letter of a message's id tells what it is; the rest is the payment's UETR."""

_UETR_DIGITS = 32
_DIGITS = "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ"
MOST_MESSAGES = len(_DIGITS) ** 2
"""How many messages of one kind there can be about a payment."""
_MOST_NAME = 70
_IBAN_HEAD = 4
"""Country and check digits: what follows in an IBAN is the account's domestic number."""


@value
class Side:
    """One side of a transfer: its name and account, its bank's BIC, and its address if given.

    Where accounts have no IBAN: the account's `number` at the bank of a clearing code, and the
    proxy by which its holder was found.
    """

    name: str
    iban: str = ""
    bic: str | None = None
    address: PostalAddress | None = None
    number: str | None = None
    clearing: str | None = None
    proxy: Proxy | None = None


@value
class Reference:
    """By what a scheme knows a payment that it was given."""

    uetr: str
    end_to_end_id: str | None = None


@value
class Outgoing:
    """A payment as a scheme is told of it. `accepted_at` (milliseconds) starts its clock."""

    rail: str
    uetr: str
    amount: Money
    accepted_at: int
    debtor: Side
    creditor: Side
    end_to_end_id: str | None = None
    remittance: str | None = None


def message_id(kind: str, uetr: str, number: int = 0) -> str:
    """The id of message `number` of a kind about the payment: at most 35 characters.

    `ValueError` unless there is room for the number, below `MOST_MESSAGES`.
    """
    if not 0 <= number < MOST_MESSAGES:
        raise ValueError("an id has room for two digits")
    first, second = divmod(number, len(_DIGITS))
    told = (_DIGITS[first] if first else "") + _DIGITS[second] if number else ""
    return f"{kind}{told}{transaction_id(uetr)}"


def transaction_id(uetr: str) -> str:
    """The transaction id of the payment: its UETR without dashes."""
    return uetr.replace("-", "")


def uetr_of(text: str | None) -> str | None:
    """The UETR that one of our message or transaction ids tells of; None for others' ids."""
    digits = (text or "")[-_UETR_DIGITS:]
    if len(digits) != _UETR_DIGITS or set(digits) - set("0123456789abcdef"):
        return None
    return "-".join((digits[:8], digits[8:12], digits[12:16], digits[16:20], digits[20:]))


def broken(payment: Outgoing, *, on: date) -> tuple[Broken, ...]:
    """Every rule of its scheme that the payment breaks on a day."""
    return scheme_rules.broken(payment.rail, _transfers(payment), on=on)


def transfer(payment: Outgoing) -> bytes:
    """The credit transfer (pacs.008)."""
    return pacs008.build(_transfers(payment))


def written(payment: Outgoing) -> dict[str, str]:
    """What of the payment's texts is told in other letters than it was given in, and how."""
    told, given = _latin(payment), payment
    texts = {
        "debtor.name": (given.debtor.name, told.debtor.name),
        "creditor.name": (given.creditor.name, told.creditor.name),
        "remittance": (given.remittance, told.remittance),
    }
    return {name: new for name, (old, new) in texts.items() if new is not None and new != old}


def enquiry(payment: Reference, number: int, *, at: int) -> bytes:
    """Question `number` what became of the payment (pacs.028). It names nobody."""
    return pacs028.build(
        pacs028.StatusRequest(
            header=ReportHeader(
                message_id=message_id(ENQUIRY, payment.uetr, number), created_at=rfc3339(at)
            ),
            enquiries=(
                pacs028.Enquiry(ids=_ids(payment), group=_group(payment), id=f"{ENQUIRY}{number}"),
            ),
        )
    )


def recall(payment: Outgoing, reason: str, *, settled_on: date, at: int) -> bytes:
    """The request to give the settled payment back (camt.056), for a reason such as DUPL."""
    ours = Agent(bic=payment.debtor.bic)
    return camt056.build(
        camt056.Recalls(
            assignment=Assignment(
                id=message_id(RECALL, payment.uetr),
                assigner=ours,
                assignee=Agent(bic=payment.creditor.bic),
                created_at=rfc3339(at),
            ),
            recalls=(
                camt056.Recall(
                    ids=_ids(payment),
                    reasons=(Reason(code=Code(code=reason)),),
                    id=message_id(RECALL, payment.uetr),
                    group=_group(payment),
                    amount=payment.amount,
                    settlement_date=settled_on,
                ),
            ),
            count=1,
        )
    )


def _ids(payment: Reference | Outgoing) -> OriginalIds:
    return OriginalIds(
        end_to_end_id=payment.end_to_end_id or NOT_PROVIDED,
        transaction_id=transaction_id(payment.uetr),
        uetr=payment.uetr,
    )


def _group(payment: Reference | Outgoing) -> OriginalMessage:
    return OriginalMessage(message_id=message_id(TRANSFER, payment.uetr), message=pacs008.MESSAGE)


def _transfers(payment: Outgoing) -> CreditTransfers:
    told = _latin(payment)
    at = rfc3339(told.accepted_at)
    return CreditTransfers(
        header=GroupHeader(
            message_id=message_id(TRANSFER, told.uetr),
            created_at=at,
            count=1,
            settlement=Settlement(method="CLRG"),
            total=told.amount,
            settlement_date=date.fromisoformat(at[:10]),
        ),
        transfers=(_transfer(told, at),),
    )


def _transfer(told: Outgoing, at: str) -> CreditTransfer:
    return CreditTransfer(
        ids=PaymentIds(
            end_to_end_id=told.end_to_end_id or NOT_PROVIDED,
            transaction_id=transaction_id(told.uetr),
            uetr=told.uetr,
        ),
        type=SCHEMES[told.rail].type,
        amount=told.amount,
        accepted_at=at,
        charge_bearer="SLEV",
        debtor=Party(name=told.debtor.name, address=told.debtor.address),
        debtor_account=_account(told.rail, told.debtor),
        debtor_agent=_agent(told.rail, told.debtor),
        creditor_agent=_agent(told.rail, told.creditor),
        creditor=Party(name=told.creditor.name, address=told.creditor.address),
        creditor_account=_account(told.rail, told.creditor),
        remittance=Remittance(lines=(told.remittance,)) if told.remittance else None,
    )


def _account(rail: str, side: Side) -> Account:
    """The account as its scheme names it: by IBAN, or by its domestic number."""
    if "iban" in BY_NAME[rail].addressing:
        return Account(iban=side.iban)
    number = side.number or side.iban[_IBAN_HEAD:]
    return Account(
        other=Identification(id=number, scheme=Code(code="BBAN")),
        proxy_type=Code(code=side.proxy.code) if side.proxy else None,
        proxy=side.proxy.value if side.proxy else None,
    )


def _agent(rail: str, side: Side) -> Agent:
    """The bank, by BIC, or by its code as a member of the scheme's clearing system."""
    system = SCHEMES[rail].clearing
    if side.clearing is None or system is None:
        return Agent(bic=side.bic)
    return Agent(bic=side.bic, clearing_system=Code(code=system), member=side.clearing)


def _latin(payment: Outgoing) -> Outgoing:
    """The payment in the letters that its scheme takes."""
    if not BY_NAME[payment.rail].latin_only:
        return payment
    remittance = transliterate(payment.remittance, SEPA).text if payment.remittance else None
    return replace(
        payment,
        debtor=_shortened(_latin_side(payment.debtor)),
        creditor=_latin_side(payment.creditor),
        remittance=remittance,
    )


def _shortened(side: Side) -> Side:
    """Our own customer, whose name we may cut; the creditor's is the payer's to get right."""
    return replace(side, name=side.name[:_MOST_NAME].strip())


def _latin_side(side: Side) -> Side:
    address = side.address
    if address is not None:
        texts = {
            name: transliterate(text, SEPA).text
            for name, text in asdict(address).items()
            if isinstance(text, str)
        }
        lines = tuple(transliterate(line, SEPA).text for line in address.lines)
        address = replace(address, **texts, lines=lines)
    return replace(side, name=transliterate(side.name, SEPA).text, address=address)
