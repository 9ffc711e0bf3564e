"""Another bank's credit transfer (pacs.008) to one of our accounts, read into plain facts. Pure."""

from remit.kernel.clock import parse_rfc3339
from remit.rails.arrived import Arrived
from remit.rails.iso20022 import pacs008
from remit.rails.iso20022.errors import InvalidMessage
from remit.rails.iso20022.pacs008 import CreditTransfer
from remit.rails.iso20022.parts import Account, Party


def read(content: bytes, *, max_bytes: int) -> Arrived:
    """The one transfer that the message holds.

    Raises as `pacs008.read` does, and `InvalidMessage` for several transfers, or one without an id.
    """
    message = pacs008.read(content, max_bytes=max_bytes)
    if message.header.count != 1 or len(message.transfers) != 1:
        raise _invalid("GrpHdr/NbOfTxs", "the message holds one transfer, and says so", "AM18")
    (transfer,) = message.transfers
    found = _arrived(message.header.message_id, transfer)
    if not found.names:
        raise _invalid("CdtTrfTxInf/PmtId", "it holds a UETR, or a TxId of a bank with a BIC")
    return found


def _arrived(message_id: str, transfer: CreditTransfer) -> Arrived:
    others = (transfer.ultimate_debtor, transfer.ultimate_creditor)
    return Arrived(
        message_id=message_id,
        end_to_end_id=transfer.ids.end_to_end_id,
        transaction_id=transfer.ids.transaction_id,
        uetr=transfer.ids.uetr,
        amount=transfer.amount,
        accepted_at=_moment(transfer.accepted_at),
        debtor_bank=transfer.debtor_agent.bic,
        debtor_name=transfer.debtor.name,
        debtor_account=_number(transfer.debtor_account),
        creditor_name=transfer.creditor.name,
        creditor_iban=_iban(transfer.creditor_account),
        creditor_number=_domestic(transfer.creditor_account),
        others=tuple(name for other in others for name in _name(other)),
        remittance=_remittance(transfer),
    )


def _name(party: Party | None) -> tuple[str, ...]:
    return (party.name,) if party and party.name else ()


def _number(account: Account | None) -> str | None:
    if account is None:
        return None
    return account.iban or (account.other.id if account.other else None)


def _iban(account: Account | None) -> str | None:
    return account.iban.upper() if account and account.iban else None


def _domestic(account: Account | None) -> str | None:
    """The number of an account that is named by its domestic one (BBAN, or nothing)."""
    if account is None or account.iban or account.other is None:
        return None
    scheme = account.other.scheme
    return account.other.id.upper() if scheme is None or scheme.code == "BBAN" else None


def _moment(text: str | None) -> int | None:
    """A time without an offset says nothing that a clock of ours could be held against."""
    try:
        return parse_rfc3339(text or "")
    except ValueError:
        return None


def _remittance(transfer: CreditTransfer) -> str | None:
    told = transfer.remittance
    if told is None:
        return None
    references = (one.reference for one in told.structured if one.reference)
    return " ".join((*told.lines, *references)) or None


def _invalid(path: str, what: str, reason: str = "FF01") -> InvalidMessage:
    pointer = f"/Document/FIToFICstmrCdtTrf/{path}"
    detail = f"{path.rpartition('/')[2]}: {what}"
    return InvalidMessage(detail, errors=[{"pointer": pointer, "detail": what}], reason=reason)
