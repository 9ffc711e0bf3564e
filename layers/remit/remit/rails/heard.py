"""What a scheme tells us, read into plain facts about payments. Pure; decides nothing about them.

A status or a reason that we do not know is kept as it came, and what cannot be understood says so.
"""

from collections.abc import Callable, Iterator, Mapping
from dataclasses import replace

from remit.rails import arrived, booked, transfers
from remit.rails.facts import NO_REASON, Fact, Heard, Meaning
from remit.rails.iso20022 import camt029, camt054, camt056, pacs002, pacs004, pacs008
from remit.rails.iso20022.document import parsed
from remit.rails.iso20022.parts import Agent, Original, OriginalIds, Party, Reason
from remit.rails.outgoing import uetr_of

MAX_BYTES = 256 * 1024
"""No message about payments is nearly as large; statements come in elsewhere."""

_ACCEPTED: Mapping[str, frozenset[str]] = {
    # In SCT Inst the beneficiary bank's ACCP is the payment's end (EPC122-16, DS-03).
    "sct_inst": frozenset({"ACSC", "ACCC", "ACCP"}),
    "fps_hk": frozenset({"ACSC", "ACCC"}),
}
_PENDING = frozenset({"RCVD", "PDNG", "ACTC", "ACFC", "ACCP", "ACSP", "ACWC"})
_DUPLICATE = frozenset({"DU01", "DU02", "DU03", "DU04", "DU05"})
_NOT_FOUND = frozenset({"NOOR"})
_RECALLS: Mapping[str, Meaning] = {
    "RJCR": "recall_refused",
    "ACCR": "recall_accepted",
    "CNCL": "recall_accepted",
    "PDCR": "pending",
}


def hear(rail: str, content: bytes) -> Heard:
    """What `content`, from the scheme of `rail`, says.

    Raises `MessageTooLarge`, `MalformedMessage`, `UnsupportedMessage` or `InvalidMessage`.
    """
    kind = parsed(content, supported=READERS, max_bytes=MAX_BYTES).message
    return READERS[kind](rail, content)


def _status_report(rail: str, content: bytes) -> Heard:
    report = pacs002.read(content, max_bytes=MAX_BYTES)
    facts = [
        replace(
            _status(rail, _uetr(payment.ids), payment.status, payment.reasons),
            names=_names(payment.ids, payment.original),
        )
        for payment in report.payments
    ]
    if not facts:
        # A whole message of ours is answered, and each of ours holds one payment.
        facts = [
            _status(rail, uetr_of(group.message_id), group.status, group.reasons)
            for group in report.groups
        ]
    return Heard(kind=pacs002.MESSAGE, id=report.header.message_id, facts=tuple(facts))


def _status(rail: str, uetr: str | None, status: str | None, reasons: tuple[Reason, ...]) -> Fact:
    reason = _reason(reasons)
    return Fact(uetr=uetr, meaning=_meaning(rail, status, reason), status=status, reason=reason)


def _meaning(rail: str, status: str | None, reason: str | None) -> Meaning:
    if status in _ACCEPTED[rail]:
        return "accepted"
    if status in _PENDING:
        return "pending"
    if status != "RJCT":
        return "not_understood"
    if reason in _DUPLICATE:
        return "duplicate"
    # That our question is about nothing they know is no word on the payment: it may still arrive.
    return "pending" if reason in _NOT_FOUND else "rejected"


def _returns(_: str, content: bytes) -> Heard:
    message = pacs004.read(content, max_bytes=MAX_BYTES)
    common = message.group.reasons if message.group else ()
    facts = tuple(
        Fact(
            uetr=_uetr(each.ids),
            meaning="returned",
            reason=_reason(each.reasons or common),
            amount=each.amount,
            id=each.id or message.header.message_id,
        )
        for each in message.returns
    )
    return Heard(kind=pacs004.MESSAGE, id=message.header.message_id, facts=facts)


def _resolution(_: str, content: bytes) -> Heard:
    message = camt029.read(content, max_bytes=MAX_BYTES)
    facts = tuple(
        Fact(
            uetr=_uetr(each.ids) or uetr_of(each.id),
            meaning=_RECALLS.get(each.status or message.confirmation or "", "not_understood"),
            status=each.status or message.confirmation,
            reason=_reason(each.reasons),
            id=each.id,
        )
        for each in message.recalls
    )
    return Heard(kind=camt029.MESSAGE, id=message.assignment.id, facts=facts)


def _recall(_: str, content: bytes) -> Heard:
    message = camt056.read(content, max_bytes=MAX_BYTES)
    facts = tuple(
        Fact(
            uetr=each.ids.uetr,
            meaning="recalled",
            reason=_reason(each.reasons),
            amount=each.amount,
            id=each.id or message.assignment.id,
            names=_names(each.ids, each.original, each.assigner, message.assignment.assigner),
        )
        for each in message.recalls
    )
    return Heard(kind=camt056.MESSAGE, id=message.assignment.id, facts=facts)


def _transfer(_: str, content: bytes) -> Heard:
    found = transfers.read(content, max_bytes=MAX_BYTES)
    fact = Fact(
        uetr=found.uetr,
        meaning="arrived",
        amount=found.amount,
        id=found.transaction_id,
        names=found.names,
    )
    return Heard(kind=pacs008.MESSAGE, id=found.message_id, facts=(fact,), arrived=found)


def _names(
    ids: OriginalIds, original: Original | None, *senders: Party | Agent | None
) -> tuple[str, ...]:
    """By what the scheme knows the payment; its bank is named, or is who sends the message."""
    banks = [original.debtor_agent if original else None, *senders]
    bank = next((each.bic for each in banks if each is not None and each.bic), None)
    return arrived.names_of(ids.uetr, bank, ids.transaction_id)


def _uetr(ids: OriginalIds) -> str | None:
    return ids.uetr or uetr_of(ids.transaction_id)


def _reason(reasons: tuple[Reason, ...]) -> str:
    """The first code that is given, known to us or not."""
    codes: Iterator[str] = (each.code.code for each in reasons if each.code is not None)
    return next(codes, NO_REASON)


READERS: Mapping[str, Callable[[str, bytes], Heard]] = {
    pacs002.MESSAGE: _status_report,
    pacs004.MESSAGE: _returns,
    camt029.MESSAGE: _resolution,
    camt056.MESSAGE: _recall,
    pacs008.MESSAGE: _transfer,
    camt054.MESSAGE: booked.hear,
}
"""The messages that we take, each with its reader. A further kind is one row."""
