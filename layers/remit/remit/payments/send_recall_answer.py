"""Send the answer to what another bank asked back, as the same message until the rail has it."""

from datetime import date

from remit.kernel.clock import rfc3339
from remit.payments.answer import AnswerDesk, known_there
from remit.payments.incoming_model import Incoming
from remit.payments.incoming_recalls import AskedBack, AskedBackStore
from remit.payments.send_recall import RecallNotTaken
from remit.rails.answers import REFUSAL, RETURN, give_back, message_id, refuse


def send_recall_answer(
    desk: AnswerDesk, recalls: AskedBackStore, *, tenant: str, recall_id: str, now: int
) -> None:
    """Send the money's return or the refusal; `RecallNotTaken` unless the rail has it by now.

    A recall that nobody has answered is left alone. Raises `IncomingNotFound`, too.
    """
    asked = recalls.find(tenant, recall_id)
    if asked is None or asked.status == "open":
        return
    incoming = desk.incoming.get(tenant, asked.incoming)
    kind, content = _message(desk.bic, asked, incoming)
    identifier = message_id(kind, known_there(incoming, desk.bic))
    if desk.lines[asked.rail].send(identifier, content, now=now) not in ("taken", "duplicate"):
        raise RecallNotTaken


def _message(bic: str, asked: AskedBack, incoming: Incoming) -> tuple[str, bytes]:
    payment, at = known_there(incoming, bic), asked.answered_at or asked.at
    if asked.status == "returned":
        decided = incoming.decided
        settled_on = date.fromisoformat(rfc3339(decided.at if decided else incoming.at)[:10])
        return RETURN, give_back(payment, settled_on=settled_on, at=at)
    return REFUSAL, refuse(payment, case=asked.case, reason=asked.answer or "", at=at)
