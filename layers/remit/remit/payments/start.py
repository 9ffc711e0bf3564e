"""What the machine `rail_outcome` is started with."""

from remit.kernel.value import value
from remit.payments.incoming_model import Incoming

UNASKED = frozenset({"returned", "recall_refused", "disowned"})
"""What a rail says once and is not asked about: if nothing comes of it, nobody would look again."""


@value
class Start:
    """What the machine is told: which fact of which message is about which payment."""

    tenant: str
    payment_id: str
    message: str
    fact: int
    status: str


def start_of(incoming: Incoming) -> Start:
    """What starts the machine for a payment that came in, as its message does."""
    return Start(
        tenant=incoming.tenant,
        payment_id=incoming.id,
        message=incoming.message,
        fact=0,
        status="arrived",
    )
