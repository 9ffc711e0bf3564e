"""The state *Screen payment*: who pays or is paid from outside is held against the lists.

A scheme waits ten seconds, and no person decides in that time. So a payment with a name like a
listed one is rejected, which moves no money, and a case is kept for a person.
"""

from collections.abc import Callable

from remit.kernel.value import value
from remit.payments.incoming_model import LISTED, Incoming
from remit.payments.incoming_store import IncomingStore
from remit.payments.incoming_walk import reject, walk_in
from remit.rails import transfers
from remit.rails.facts import NO_REASON
from remit.rails.heard import MAX_BYTES
from remit.vault.model import SubjectErased

CLEAR = "clear"


@value
class Screened:
    """`clear`, or the status that the payment has; whether this call rejected it for a name."""

    status: str
    listed: bool = False


def screen(
    store: IncomingStore,
    *,
    tenant: str,
    incoming_id: str,
    opened: Callable[[str], bytes],
    listed: Callable[[str, str], str | None],
    now: int,
) -> Screened:
    """Screen everybody whom the payment names; `listed` tells what entry a name is like.

    `opened` gives a kept message as it came.

    One that is rejected anyway, whenever that is, is not screened; one that was decided on stays
    so. Raises `IncomingNotFound`, `Contended` or `Unavailable`, and `NoListInForce`: that is never
    clear.
    """

    def move(incoming: Incoming) -> Screened:
        if incoming.decided is not None:
            return Screened(status=incoming.status)
        # Whether its time is over is for who credits it to say, by a clock that may be behind ours.
        if incoming.refused(incoming.deadline) is not None:
            return Screened(status=CLEAR)  # nothing will be credited, whoever it is
        try:
            content = opened(incoming.message)
        except SubjectErased:
            reject(store, incoming, NO_REASON, by="vault", now=now)
            return Screened(status="rejected")
        people = transfers.read(content, max_bytes=MAX_BYTES).people
        found = next((hit for name in people if (hit := listed(tenant, name))), None)
        if found is None:
            return Screened(status=CLEAR)
        reject(store, incoming, LISTED, by="screening", now=now, listed=found)
        return Screened(status="rejected", listed=True)

    return walk_in(store, tenant, incoming_id, move)
