"""What settles of a payment that another bank has made to one of our accounts. Pure."""

from remit.kernel.bic import whole
from remit.payments.credit import in_transit, transfer_id
from remit.payments.incoming_model import GIVE_BACK, TAKE_BACK, Incoming, IncomingStatus
from remit.settlement.model import Member
from remit.settlement.tables import settled

_UNDONE: dict[IncomingStatus, str] = {"reversed": TAKE_BACK, "returned": GIVE_BACK}


def members_of_incoming(incoming: Incoming, ours: str) -> tuple[Member, ...]:
    """The payment once it is credited, and what went back of it, if it did.

    Each goes by the id of the ledger's transfer. `ours` is our BIC. One whose credit the scheme
    would not have is two members that cancel each other out, the second one void.
    """
    if (incoming.rail, incoming.currency) not in settled():
        return ()
    theirs = whole(incoming.debtor_bank or "UNNAMED")
    if theirs == ours:
        theirs = "UNNAMEDXXXX"
    found = []
    for step in incoming.history:
        if step.status == "credited":
            name, sides = transfer_id(incoming), (theirs, ours)
        elif step.status in _UNDONE:
            name, sides = transfer_id(incoming, _UNDONE[step.status]), (ours, theirs)
        else:
            continue
        found.append(
            Member(
                id=name,
                rail=incoming.rail,
                currency=incoming.currency,
                payer=sides[0],
                payee=sides[1],
                amount=incoming.amount,
                counted_at=step.at,
                held_on=in_transit(incoming),
                is_void=step.status == "reversed",
            )
        )
    return tuple(found)
