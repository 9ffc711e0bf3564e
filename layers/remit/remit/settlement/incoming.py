"""What settles of a payment that came in: its credit, and what took that back or gave it back."""

from remit.payments.credit import in_transit, transfer_id
from remit.payments.incoming_model import GIVE_BACK, TAKE_BACK, Incoming, IncomingStatus
from remit.settlement.model import Member
from remit.settlement.tables import settled

_BACK: dict[IncomingStatus, str] = {"reversed": TAKE_BACK, "returned": GIVE_BACK}


def members_of(incoming: Incoming, ours: str) -> tuple[Member, ...]:
    """A member for each transfer that the payment has made, by that transfer's id.

    Nothing of one that was rejected. One whose credit was taken back counts both ways, as the
    ledger has it. `ours` is our BIC.
    """
    if (incoming.rail, incoming.currency) not in settled():
        return ()
    theirs, held = _their_bank(incoming, ours), in_transit(incoming)
    found = []
    for step in incoming.history:
        is_in = step.status == "credited"
        if not is_in and step.status not in _BACK:
            continue
        name = transfer_id(incoming) if is_in else transfer_id(incoming, _BACK[step.status])
        member = Member(
            id=name,
            rail=incoming.rail,
            currency=incoming.currency,
            payer=theirs if is_in else ours,
            payee=ours if is_in else theirs,
            amount=incoming.amount,
            counted_at=step.at,
            held_on=held,
        )
        found.append(member)
    return tuple(found)


def _their_bank(incoming: Incoming, ours: str) -> str:
    """The payer's bank by its BIC of 11 characters; one that has none, or ours, is not named."""
    bic = (incoming.debtor_bank or "").ljust(11, "X")
    return "UNNAMED" if incoming.debtor_bank is None or bic == ours.ljust(11, "X") else bic
