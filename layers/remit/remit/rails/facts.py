"""Plain facts about payments, as schemes tell them in their messages. Pure."""

from typing import Literal

from remit.kernel.money import Money
from remit.kernel.value import value
from remit.rails.arrived import Arrived

NO_REASON = "MS03"
"""ISO 20022's code for a reason that is not given."""

GIVEN_BACK = "FOCR"
"""Why money goes back that was asked back: following a cancellation request."""

Meaning = Literal[
    "accepted",
    "rejected",
    "pending",
    "duplicate",
    "returned",
    "recall_accepted",
    "recall_refused",
    "recalled",
    "arrived",
    "booked",
    "not_understood",
]
"""`duplicate` says only that ours came twice. `recalled` asks a payment back that we received, and
`arrived` is such a payment itself. `booked` is an entry on our account at a settlement bank.
"""


@value
class Fact:
    """One thing that is said of one payment, which `uetr` names if it is one of ours.

    `id` is the sender's own of a return or a recall; `amount` what comes back or is asked back.
    `names` are all by which the scheme knows a payment that came from another bank.
    """

    uetr: str | None
    meaning: Meaning
    status: str | None = None
    reason: str | None = None
    amount: Money | None = None
    id: str | None = None
    names: tuple[str, ...] = ()


@value
class Heard:
    """A message: its kind (`pacs.002.001.10`), its sender's id for it, and what it says.

    `arrived` is the payment that it brings, if it brings one.
    """

    kind: str
    id: str
    facts: tuple[Fact, ...]
    arrived: Arrived | None = None
