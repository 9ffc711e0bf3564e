"""What there is to say of one rail, as data: what it can do, and what its scheme asks.

A rail is a module of these values and a row in `capability`.
"""

from collections.abc import Callable, Mapping
from typing import TYPE_CHECKING, Literal

from remit.kernel.value import value
from remit.rails.address import AddressRule
from remit.rails.iso20022.parts import PaymentType

if TYPE_CHECKING:
    from remit.rails.iso20022.pacs008 import CreditTransfer

Addressing = Literal["account", "iban", "bank_account", "mobile", "email", "fps_id"]
"""How a payee is named: our account, an IBAN, an account at a bank of the scheme, or a proxy."""


@value
class Hours:
    """From when until when on each day, in minutes after midnight, `offset` minutes from UTC."""

    opens: int
    closes: int
    offset: int = 0


@value
class Recalls:
    """How a settled payment may be asked back; a reason that is not named has the first limit.

    Limits are days since settlement by reason code; `answer_business_days` is the other bank's.
    """

    days: int
    days_by_reason: Mapping[str, int]
    answer_business_days: int


@value
class Capability:
    """One rail. Amounts are in minor units by currency: the least and the most that it takes.

    `deadline_seconds` is how long the scheme gives the other bank; after `enquire_seconds` without
    an answer we ask. `hours` is None around the clock.
    """

    rail: str
    amounts: Mapping[str, tuple[int, int]]
    addressing: tuple[Addressing, ...]
    calendar: str | None
    hours: Hours | None
    deadline_seconds: int
    enquire_seconds: int
    finality: Literal["immediate", "window"]
    settlement: Literal["none", "net", "gross"]
    returns: bool
    recalls: Recalls | None
    latin_only: bool
    cost_rank: int

    @property
    def currencies(self) -> tuple[str, ...]:
        """The currencies that it carries."""
        return tuple(self.amounts)


@value
class Rule:
    """What one element of a transfer has to be; `code` is ISO 20022's reason for a broken one."""

    element: str
    code: str
    what: str
    holds: "Callable[[CreditTransfer], bool]"


@value
class Scheme:
    """Who runs a rail: what is asked of a transfer beyond the schema, and what statuses mean.

    `accepted` are the statuses of a pacs.002 after which the payment has arrived; `type` is how a
    transfer says that it travels by this scheme; `clearing` is ISO 20022's code of the system whose
    members' codes name banks that are not named by BIC.
    """

    capability: Capability
    rules: tuple[Rule, ...]
    address: AddressRule
    accepted: frozenset[str]
    type: PaymentType | None = None
    clearing: str | None = None
