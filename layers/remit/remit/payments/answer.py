"""The state *Answer rail*: tell the scheme whether a payment was taken, until it has heard.

The answer derives from what was decided: the same bytes each time, with the same id.
"""

from collections.abc import Mapping

from remit.kernel.errors import Unavailable
from remit.kernel.value import value
from remit.payments.incoming_model import Incoming, amount_of
from remit.payments.incoming_store import IncomingMoved, IncomingStore
from remit.rails.answers import ANSWER, Answered, message_id, status
from remit.rails.iso20022.references import uetr
from remit.rails.link import Line
from remit.rails.outgoing import transaction_id
from remit.store.commit import commit


@value
class AnswerDesk:
    """Where answers go out: the line to each connected rail, and our own BIC."""

    incoming: IncomingStore
    lines: Mapping[str, Line]
    bic: str


@value
class Told:
    """That the scheme has the answer: whether this call was the first to know it, and when.

    `after_milliseconds` have passed since the payment came; `late` when the scheme's time was over.
    """

    here: bool
    after_milliseconds: int = 0
    late: bool = False


def answer(desk: AnswerDesk, *, tenant: str, incoming_id: str, now: int) -> Told:
    """Send the answer to the payment, and put down that the scheme has it.

    Made again, it sends the same again. Raises `IncomingNotFound`, and `Unavailable` while the
    scheme has not taken it.
    """
    incoming = desk.incoming.get(tenant, incoming_id)
    decided = incoming.decided
    if decided is None:
        raise ValueError("a payment is decided on before its scheme is answered")
    payment = known_there(incoming, desk.bic)
    reason = decided.reason if decided.status == "rejected" else None
    sent = desk.lines[incoming.rail].send(
        message_id(ANSWER, payment), status(payment, reason=reason, at=decided.at), now=now
    )
    if sent not in ("taken", "duplicate"):
        raise Unavailable("the rail has not taken the answer yet")
    if incoming.answered_at is not None:
        return Told(here=False)
    try:
        commit(desk.incoming.table.client, [desk.incoming.answered(incoming, at=now)])
    except IncomingMoved:
        return Told(here=False)
    return Told(here=True, after_milliseconds=now - incoming.at, late=incoming.is_late(now))


def known_there(incoming: Incoming, bic: str) -> Answered:
    """The payment as its scheme knows it, for what we send about it."""
    return Answered(
        rail=incoming.rail,
        reference=transaction_id(incoming.uetr or uetr(incoming.id)),
        message_id=incoming.message_id,
        end_to_end_id=incoming.end_to_end_id,
        transaction_id=incoming.transaction_id,
        uetr=incoming.uetr,
        amount=amount_of(incoming),
        our_bic=bic,
        their_bic=incoming.debtor_bank,
    )
