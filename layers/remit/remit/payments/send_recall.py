"""Send what was asked back to its rail, as the same message until the rail has it."""

from datetime import date

from remit.kernel.clock import rfc3339
from remit.kernel.errors import Fault
from remit.payments.model import Payment
from remit.payments.orders import outgoing
from remit.payments.rail_desk import RailDesk
from remit.payments.recalls import RecallStore
from remit.rails.outgoing import RECALL, message_id, recall


class RecallNotTaken(Fault):
    """The rail has not taken the recall yet: send it again later."""

    title = "The rail has not taken the recall yet"


def send_recall(
    desk: RailDesk, recalls: RecallStore, *, tenant: str, payment_id: str, now: int
) -> None:
    """Send the recall that was kept; `RecallNotTaken` unless its rail has it by now.

    One that has been answered is not sent again. Raises `SubjectErased`, too.
    """
    payment, found = desk.payments.get(tenant, payment_id), recalls.find(tenant, payment_id)
    if found is None or found.status != "requested":
        return
    parties = desk.orders.of_payment(payment).opened(desk.vault)
    told = outgoing(payment, parties, accepted_at=found.at)
    content = recall(told, found.reason, settled_on=_settled_on(payment), at=found.at)
    sent = desk.lines[payment.rail].send(message_id(RECALL, told.uetr), content, now=now)
    if sent not in ("taken", "duplicate"):
        raise RecallNotTaken


def _settled_on(payment: Payment) -> date:
    return date.fromisoformat(rfc3339(payment.reached("completed") or 0)[:10])
