"""What the scheme and the banks behind it do with what we pay, ask and settle."""

from dataclasses import replace

from remit.kernel.bic import whole
from remit.kernel.clock import SECOND
from remit.kernel.money import Money
from remit.rails import scheme_rules
from remit.rails.iso20022 import camt029, camt054, camt056, pacs008, pacs009, pacs028
from remit.rails.iso20022.parts import OriginalIds
from remit.sandbox import messages, rules
from remit.sandbox.model import Entry, Payment
from remit.sandbox.rules import Knobs
from remit.sandbox.turn import NotTaken, Turn

_NOBODYS = Money(amount=1, currency="EUR")
"""What is asked about and not known has no amount; none is told."""


def transfers(turn: Turn, message: pacs008.CreditTransfers) -> None:
    """We pay: answered as the amount says, or by the rule of the scheme that is broken."""
    broken = scheme_rules.broken(turn.rail, message, on=messages.day(turn.now))
    for transfer in message.transfers:
        if transfer.ids.uetr is None:
            raise NotTaken("a payment has a UETR")
        payment = Payment(
            uetr=transfer.ids.uetr,
            message=pacs008.MESSAGE,
            message_id=message.header.message_id,
            end_to_end_id=transfer.ids.end_to_end_id,
            transaction_id=transfer.ids.transaction_id,
            amount=transfer.amount,
            theirs=False,
            at=turn.now,
            rail=turn.rail,
        )
        if not turn.is_new(payment.uetr):
            turn.tell(payment, payment.message_id, "RJCT", "DU03", at=turn.now)
        else:
            _decide(turn, payment, broken[0].code if broken else None)


def _decide(turn: Turn, payment: Payment, broken: str | None) -> None:
    """Answer a new payment of ours as its amount says."""
    ending = payment.amount.amount % 100
    reason = broken or rules.REJECTED.get(ending)
    soon = turn.at(turn.knobs.late_seconds if ending == rules.LATE else turn.knobs.answer_seconds)
    status = "RJCT" if reason else "ACSC"
    if ending == rules.SILENT and not reason:
        turn.keep(replace(payment, status=status))
        return
    payment = turn.keep(replace(payment, status=status, reason=reason, tells_at=soon))
    turn.tell(payment, payment.message_id, status, reason, at=soon)
    if status == "ACSC":
        turn.book(payment, credit=False, amount=payment.amount, at=turn.now)
    if status == "ACSC" and ending == rules.GIVEN_BACK:
        later = soon + round(turn.knobs.return_seconds * SECOND)
        turn.give_back(payment, payment.message_id, "AC04", at=later)


def enquiries(turn: Turn, message: pacs028.StatusRequest) -> None:
    """We ask what became of payments; a silent one is found by the enquiry that the knob says."""
    for asked in message.enquiries:
        cause, known = message.header.message_id, turn.find(asked.ids.uetr)
        at = turn.at(turn.knobs.answer_seconds)
        if known is None:
            turn.tell(_unknown(turn, asked.ids), cause, "RJCT", "NOOR", at=at)
            continue
        known = turn.keep(replace(known, enquiries=known.enquiries + 1))
        if known.tells_at is None and known.enquiries < turn.knobs.enquiry:
            continue  # it is silent on this, too
        if known.tells_at is not None and turn.now < known.tells_at:
            turn.tell(known, cause, "ACSP", None, at=at)
            continue
        turn.tell(known, cause, known.status or "ACSP", known.reason, at=at)
        if known.tells_at is None:
            turn.keep(replace(known, tells_at=at))
            turn.book(known, credit=False, amount=known.amount, at=turn.now)


def recalls(turn: Turn, message: camt056.Recalls) -> None:
    """We ask payments back."""
    for asked in message.recalls:
        cause, known = message.assignment.id, turn.find(asked.ids.uetr)
        at = turn.at(turn.knobs.answer_seconds)
        if known is None or known.status != "ACSC":
            _refuse(turn, known or _unknown(turn, asked.ids), cause, "NOOR", at=at)
        elif known.returned:
            _refuse(turn, known, cause, "ARDT", at=at)
        elif _answer(turn.knobs, known) == "give_back":
            back = turn.give_back(known, cause, "FOCR", at=at)
            turn.keep(replace(back, recall="given_back"))
        elif _answer(turn.knobs, known) == "refuse":
            turn.keep(replace(known, recall="refused"))
            _refuse(turn, known, cause, "CUST", at=at)
        else:
            turn.keep(replace(known, recall="not_answered"))


def _answer(knobs: Knobs, payment: Payment) -> str:
    """What the other bank's customer says to giving the payment back."""
    if knobs.recalls != "by_amount":
        return knobs.recalls
    ending = payment.amount.amount % 100
    return {rules.KEPT: "refuse", rules.KEPT_SILENTLY: "silent"}.get(ending, "give_back")


def _refuse(turn: Turn, about: Payment, cause: str, reason: str, *, at: int) -> None:
    identifier = messages.identifier("A", cause, about.uetr)
    body = messages.recall_refused(about, identifier, reason, at=at)
    turn.send(camt029.MESSAGE, identifier, at, body)


def settlements(turn: Turn, message: pacs009.Instructions) -> None:
    """We settle: the settlement bank moves the money, tells us so, and has it on its statement."""
    for instruction in message.instructions:
        if instruction.ids.uetr is None:
            raise NotTaken("an instruction has a UETR")
        payment = Payment(
            uetr=instruction.ids.uetr,
            message=pacs009.MESSAGE,
            message_id=message.header.message_id,
            end_to_end_id=instruction.ids.end_to_end_id,
            transaction_id=instruction.ids.transaction_id,
            amount=instruction.amount,
            theirs=False,
            at=turn.now,
            rail=turn.rail,
        )
        if not turn.is_new(payment.uetr):
            turn.tell(payment, payment.message_id, "RJCT", "DU03", at=turn.now)
        else:
            _settle(turn, payment, instruction)


def _settle(turn: Turn, payment: Payment, instruction: pacs009.Instruction) -> None:
    at = turn.at(turn.knobs.answer_seconds)
    if turn.knobs.settlements == "reject":
        payment = turn.keep(replace(payment, status="RJCT", reason="AM04", tells_at=at))
        turn.tell(payment, payment.message_id, "RJCT", "AM04", at=at)
        return
    silent = turn.knobs.settlements == "silent"
    payment = turn.keep(replace(payment, status="ACSC", tells_at=None if silent else at))
    if not silent:
        turn.tell(payment, payment.message_id, "ACSC", None, at=at)
    ours = whole(turn.ours)
    if ours not in (whole(instruction.debtor.bic or ""), whole(instruction.creditor.bic or "")):
        return  # it moves others' money
    entry = Entry(
        at=turn.now,
        amount=payment.amount,
        credit=whole(instruction.creditor.bic or "") == ours,
        message_id=payment.message_id,
        end_to_end_id=payment.end_to_end_id,
        uetr=payment.uetr,
        transaction_id=payment.transaction_id,
    )
    turn.entries.append(entry)
    if turn.knobs.notify:
        identifier = messages.identifier("N", payment.message_id, payment.uetr)
        body = messages.notification(entry, identifier, at=at)
        turn.send(camt054.MESSAGE, identifier, at, body)


def _unknown(turn: Turn, ids: OriginalIds) -> Payment:
    """A payment that somebody speaks of and nobody has sent."""
    return Payment(
        uetr=ids.uetr or "",
        message=pacs008.MESSAGE,
        message_id="NOTPROVIDED",
        end_to_end_id=ids.end_to_end_id or "NOTPROVIDED",
        transaction_id=ids.transaction_id,
        amount=_NOBODYS,
        theirs=False,
        at=turn.now,
        rail=turn.rail,
    )
