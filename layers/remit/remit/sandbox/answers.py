"""What the scheme hears of us about payments that other banks have sent to us."""

from dataclasses import replace

from remit.kernel.clock import SECOND
from remit.rails.iso20022 import camt029, pacs002, pacs004
from remit.rails.iso20022.parts import OriginalIds
from remit.sandbox.model import Payment
from remit.sandbox.turn import NotTaken, Turn

TOO_LATE = "AB05"


def answers(turn: Turn, message: pacs002.StatusReport) -> None:
    """We have answered a payment that came to us; a yes that comes too late is refused."""
    for told in message.payments:
        known = _received(turn, told.ids)
        if known.status in ("ACSC", "RJCT"):
            continue  # the first answer stands
        codes = [each.code.code for each in told.reasons if each.code is not None]
        accepted = (told.status or "").startswith("AC")
        if accepted and turn.now > known.at + turn.knobs.deadline_seconds * SECOND:
            known = turn.keep(replace(known, status="RJCT", reason=TOO_LATE))
            turn.tell(known, message.header.message_id, "RJCT", TOO_LATE, at=turn.now)
            continue
        status = "ACSC" if accepted else told.status
        known = turn.keep(replace(known, status=status, reason=next(iter(codes), None)))
        if accepted:
            turn.book(known, credit=True, amount=known.amount, at=turn.now)


def returns(turn: Turn, message: pacs004.Returns) -> None:
    """We give back what had come to us."""
    for back in message.returns:
        known = _received(turn, back.ids)
        returned = known.returned + back.amount.amount
        if back.amount.currency != known.amount.currency or returned > known.amount.amount:
            raise NotTaken("more comes back than was paid")
        recall = "given_back" if known.recall else None
        known = turn.keep(replace(known, returned=returned, recall=recall))
        own = replace(known, message_id=message.header.message_id)
        turn.book(own, credit=False, amount=back.amount, at=turn.now)


def resolutions(turn: Turn, message: camt029.Resolution) -> None:
    """We refuse to give back what had come to us, or say that we are at it."""
    for told in message.recalls:
        known = _received(turn, told.ids)
        said = told.status or message.confirmation
        turn.keep(replace(known, recall="refused" if said == "RJCR" else f"told {said}"))


def _received(turn: Turn, ids: OriginalIds) -> Payment:
    known = turn.find(ids.uetr)
    if known is None or not known.theirs:
        raise NotTaken("nobody has paid that to you")
    return known
