"""The messages that the scheme and the banks behind it send. The same facts give the same bytes."""

from datetime import date

from remit.kernel.canonical import fingerprint
from remit.kernel.clock import rfc3339
from remit.kernel.money import Money
from remit.kernel.value import value
from remit.rails.capability import SCHEMES
from remit.rails.iso20022 import camt029, camt054, camt056, pacs002, pacs004, pacs008
from remit.rails.iso20022.parts import (
    Agent,
    Assignment,
    Code,
    GroupHeader,
    OriginalIds,
    OriginalMessage,
    Party,
    PaymentIds,
    Reason,
    Remittance,
    ReportHeader,
    Settlement,
)
from remit.rails.iso20022.statement import (
    BankCode,
    Detail,
    Details,
    FileHeader,
    References,
    Statement,
    StatementAccount,
    StatementFile,
)
from remit.rails.iso20022.statement import Entry as Line
from remit.sandbox.banks import BANKS, RailName, named, settlement_account
from remit.sandbox.model import Entry, Payment


@value
class Order:
    """What another bank's customer pays to one of ours.

    Accounts are as the rail names them: by IBAN, or by their domestic number.
    """

    rail: RailName
    uetr: str
    account: str
    name: str
    amount: Money
    bic: str
    debtor_name: str = "Odile Marchand"
    debtor_account: str | None = None
    end_to_end_id: str = "NOTPROVIDED"
    remittance: str | None = None


def identifier(letter: str, *cause: str) -> str:
    """The id of the message that `cause` leads to: 33 characters that every scheme takes."""
    return letter + fingerprint(*(part.encode() for part in cause))[:32].upper()


def status_report(
    about: Payment, message_id: str, status: str, reason: str | None, *, at: int
) -> bytes:
    """A pacs.002: what became of the payment."""
    accepted = rfc3339(about.at) if status.startswith("AC") else None
    return pacs002.build(
        pacs002.StatusReport(
            header=ReportHeader(
                message_id=message_id,
                created_at=rfc3339(at),
                instructing_agent=BANKS[about.rail].scheme,
            ),
            payments=(
                pacs002.PaymentStatus(
                    id=message_id,
                    group=_group(about),
                    ids=_ids(about),
                    status=status,
                    reasons=_reasons(reason),
                    accepted_at=accepted,
                ),
            ),
        )
    )


def money_back(about: Payment, message_id: str, amount: Money, reason: str, *, at: int) -> bytes:
    """A pacs.004: the other bank gives back `amount` of what it was paid."""
    today = day(at)
    return pacs004.build(
        pacs004.Returns(
            header=GroupHeader(
                message_id=message_id,
                created_at=rfc3339(at),
                count=1,
                settlement=Settlement(),
                total=amount,
                settlement_date=today,
            ),
            returns=(
                pacs004.Return(
                    id=message_id,
                    group=_group(about),
                    ids=_ids(about),
                    original_amount=about.amount,
                    original_settlement_date=day(about.at),
                    amount=amount,
                    settlement_date=today,
                    charge_bearer="SLEV",
                    reasons=_reasons(reason),
                ),
            ),
        )
    )


def recall_refused(about: Payment, message_id: str, reason: str, *, at: int) -> bytes:
    """A camt.029: the other bank does not give the money back."""
    return camt029.build(
        camt029.Resolution(
            assignment=_assignment(about, message_id, at),
            confirmation="RJCR",
            recalls=(
                camt029.RecallStatus(
                    id=message_id,
                    group=_group(about),
                    ids=_ids(about),
                    status="RJCR",
                    reasons=_reasons(reason),
                ),
            ),
        )
    )


def transfer(order: Order, message_id: str, *, at: int) -> bytes:
    """A pacs.008: another bank pays one of our customers."""
    moment, banks = rfc3339(at), BANKS[order.rail]
    return pacs008.build(
        pacs008.CreditTransfers(
            header=GroupHeader(
                message_id=message_id,
                created_at=moment,
                count=1,
                settlement=Settlement(method="CLRG"),
                total=order.amount,
                settlement_date=day(at),
            ),
            transfers=(
                pacs008.CreditTransfer(
                    ids=PaymentIds(
                        end_to_end_id=order.end_to_end_id,
                        transaction_id=order.uetr.replace("-", ""),
                        uetr=order.uetr,
                    ),
                    type=SCHEMES[order.rail].type,
                    amount=order.amount,
                    accepted_at=moment,
                    charge_bearer="SLEV",
                    debtor=Party(name=order.debtor_name),
                    debtor_account=named(order.rail, order.debtor_account or banks.debtor_account),
                    debtor_agent=banks.other,
                    creditor_agent=Agent(bic=order.bic),
                    creditor=Party(name=order.name),
                    creditor_account=named(order.rail, order.account),
                    remittance=Remittance(lines=(order.remittance,)) if order.remittance else None,
                ),
            ),
        )
    )


def recall(about: Payment, message_id: str, reason: str, *, at: int) -> bytes:
    """A camt.056: another bank asks back what it paid to one of our customers."""
    return camt056.build(
        camt056.Recalls(
            assignment=_assignment(about, message_id, at),
            recalls=(
                camt056.Recall(
                    id=message_id,
                    group=_group(about),
                    ids=_ids(about),
                    amount=about.amount,
                    settlement_date=day(about.at),
                    reasons=_reasons(reason),
                ),
            ),
            count=1,
        )
    )


def notification(entry: Entry, message_id: str, *, at: int) -> bytes:
    """A camt.054: an entry on our settlement account."""
    return camt054.build(
        StatementFile(
            header=FileHeader(
                message=camt054.MESSAGE, message_id=message_id, created_at=rfc3339(at)
            ),
            statements=(
                Statement(
                    id=message_id,
                    created_at=rfc3339(at),
                    account=account(entry.amount.currency),
                    entries=(line(entry, 1),),
                ),
            ),
        )
    )


def account(currency: str) -> StatementAccount:
    """Our account of a currency at the settlement bank."""
    account, servicer = settlement_account(currency)
    return StatementAccount(account=account, servicer=servicer)


def line(entry: Entry, number: int) -> Line:
    """The entry as statements and notifications have it."""
    today = day(entry.at).isoformat()
    return Line(
        reference=str(number),
        amount=entry.amount,
        credit=entry.credit,
        status=Code(code="BOOK"),
        booked_on=today,
        value_on=today,
        servicer_reference=identifier("L", entry.message_id, str(entry.signed))[:16],
        code=BankCode(domain="PMNT", family="RCDT" if entry.credit else "ICDT", sub_family="ESCT"),
        details=(
            Details(
                payments=(
                    Detail(
                        references=References(
                            message_id=entry.message_id,
                            end_to_end_id=entry.end_to_end_id,
                            uetr=entry.uetr,
                            transaction_id=entry.transaction_id,
                        ),
                        amount=entry.amount,
                        credit=entry.credit,
                    ),
                )
            ),
        ),
    )


def _ids(about: Payment) -> OriginalIds:
    return OriginalIds(
        end_to_end_id=about.end_to_end_id,
        transaction_id=about.transaction_id,
        uetr=about.uetr or None,
    )


def _group(about: Payment) -> OriginalMessage:
    return OriginalMessage(message_id=about.message_id, message=about.message)


def _reasons(code: str | None) -> tuple[Reason, ...]:
    return (Reason(code=Code(code=code)),) if code else ()


def _assignment(about: Payment, message_id: str, at: int) -> Assignment:
    banks = BANKS[about.rail]
    return Assignment(
        id=message_id, assigner=banks.other, assignee=banks.scheme, created_at=rfc3339(at)
    )


def day(at: int) -> date:
    """The day of a moment, in UTC."""
    return date.fromisoformat(rfc3339(at)[:10])
