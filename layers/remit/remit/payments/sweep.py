"""Nothing accepted is forgotten: every payment and file is looked at again after a while.

The payments table's stream tells of each acceptance and each release. That costs the payment
itself nothing, and unlike the start of a machine it cannot be lost.
"""

from collections.abc import Iterable
from typing import Literal

from remit.kernel.errors import Fault
from remit.kernel.value import value
from remit.ledger.store import Ledger
from remit.payments.incoming_store import IncomingStore
from remit.payments.messages import MessageStore
from remit.payments.recalls import RecallStore
from remit.payments.return_funds import may_be_returned, returned_of
from remit.payments.start import Start, start_of
from remit.payments.store import PaymentStore
from remit.payments.take_back import may_be_taken_back
from remit.store.item import Item, text

_SETS_OUT = ("received", "screening")
_ON_ITS_WAY = (*_SETS_OUT, "reserved")
_SETTLES = ("completed", "returned")
_CREDITED = ("credited", "reversed", "returned")

Kind = Literal["payment", "file", "rail", "recall", "incoming", "answer", "member"]


class NotSettled(Fault):
    """The payment is still on its way: look again later."""

    title = "The payment is still on its way"


@value
class Watched:
    """Something that was accepted and must come to an end."""

    kind: Kind
    tenant: str
    id: str


def watched(items: Iterable[Item]) -> list[Watched]:
    """Those of the changed `items` that have just set out, and so must be looked at again.

    A payment sets out anew, as `rail`, when it is given to its rail, and when it is recalled; as a
    `member` of a settlement window when its rail has accepted it, when some of it comes back, and
    when one of another bank's is credited, or goes back. `incoming` has come from another bank; an
    `answer` to such a bank's recall is to be sent.
    """
    return [
        Watched(
            kind=kind,
            # One that came in lies under the scheme's name for it, and names its tenant itself.
            tenant=text(item, "tenant") if item["sk"] == "incoming" else tenant,
            id=identifier,
        )
        for item in items
        if (kind := _kind(item)) is not None
        for tenant, _, identifier in [text(item, "pk").partition("#")]
    ]


def _kind(item: Item) -> Kind | None:
    kind, status = item["sk"], item.get("status")
    if kind == "incoming":
        return "incoming" if status == "received" else "member" if status in _CREDITED else None
    if kind == "incoming_recall":
        return None if status == "open" else "answer"
    if kind == "file" and status in _SETS_OUT:
        return "file"
    if kind == "recall" and status == "requested":
        return "recall"
    if kind != "payment":
        return None
    if status == "submitted":
        return "rail"
    if status in _SETTLES and "rail" in item:
        return "member"
    return "payment" if status in _SETS_OUT else None


def is_on_its_way(payments: PaymentStore, tenant: str, payment_id: str) -> bool:
    """Whether the machine still has to do something for the payment.

    One in review waits for a person, which may take days. Raises `PaymentNotFound`.
    """
    return payments.get(tenant, payment_id).status in _ON_ITS_WAY


def unanswered(store: IncomingStore, tenant: str, incoming_id: str) -> Start | None:
    """What starts the machine again for a payment whose scheme has no answer; None if it has one.

    Raises `IncomingNotFound`.
    """
    incoming = store.get(tenant, incoming_id)
    return start_of(incoming) if incoming.answered_at is None else None


@value
class Said:
    """Where it stands what has come of a rail's word on a payment."""

    messages: MessageStore
    payments: PaymentStore
    incoming: IncomingStore
    recalls: RecallStore
    ledger: Ledger

    def is_due(self, start: Start, now: int) -> bool:
        """Whether something is still to follow from what `start` is about.

        Nothing is where it contradicts what stands: a person has been called. Raises
        `MessageNotFound`, `PaymentNotFound` or `IncomingNotFound`.
        """
        if start.status == "disowned":
            return may_be_taken_back(self.incoming.get(start.tenant, start.payment_id), now)
        if start.status == "recall_refused":
            found = self.recalls.find(start.tenant, start.payment_id)
            return found is not None and found.status == "requested"
        payment = self.payments.get(start.tenant, start.payment_id)
        fact = self.messages.get(start.message).told[start.fact].fact
        return may_be_returned(self.ledger, payment, returned_of(fact))
