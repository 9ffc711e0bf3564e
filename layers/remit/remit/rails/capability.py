"""What each rail can do, as data, and the choice of one. A new rail is a module and a row here."""

from collections.abc import Mapping
from typing import Literal

from remit.kernel.clock import DAY, MINUTE
from remit.kernel.money import Money
from remit.kernel.value import value

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


_MOST = 2**53 - 1

BOOK = Capability(
    rail="book",
    amounts={},
    addressing=("account",),
    calendar=None,
    hours=None,
    deadline_seconds=0,
    enquire_seconds=0,
    finality="immediate",
    settlement="none",
    returns=False,
    recalls=None,
    latin_only=False,
    cost_rank=0,
)
SCT_INST = Capability(
    rail="sct_inst",  # EPC004-16, the rulebook of 2025; its limit of EUR 100,000 ended that year
    amounts={"EUR": (1, 99_999_999_999)},
    addressing=("iban",),
    calendar="TARGET",
    hours=None,
    deadline_seconds=10,
    enquire_seconds=25,
    finality="immediate",
    settlement="net",
    returns=True,
    recalls=Recalls(
        days=14,  # 10 business days
        days_by_reason={"FRAD": 395, "AM09": 395, "AC03": 395, "CUST": 395},  # 13 months
        answer_business_days=15,
    ),
    latin_only=True,
    cost_rank=1,
)
FPS_HK = Capability(
    rail="fps_hk",
    amounts={"HKD": (1, 1_000_000_000), "CNY": (1, 1_000_000_000)},
    addressing=("bank_account", "mobile", "email", "fps_id"),
    calendar="HK",
    hours=None,
    deadline_seconds=10,
    enquire_seconds=25,
    finality="immediate",
    settlement="gross",
    returns=True,
    recalls=None,
    latin_only=False,
    cost_rank=1,
)
RAILS: tuple[Capability, ...] = (BOOK, SCT_INST, FPS_HK)
BY_NAME: Mapping[str, Capability] = {capability.rail: capability for capability in RAILS}


@value
class PassedOver:
    """A rail that was not taken, and why, as a code and in words."""

    rail: str
    code: str
    why: str


@value
class Route:
    """The rail that a payment takes, or none; and why it was that one, for the record."""

    rail: str | None
    because: str
    passed_over: tuple[PassedOver, ...]


def route(
    *,
    amount: Money,
    addressing: Addressing,
    at: int,
    wanted: str | None = None,
    rails: tuple[Capability, ...] = RAILS,
) -> Route:
    """The rail for `amount` to a payee who is named by `addressing`, accepted `at` (milliseconds).

    The cheapest that can, or the one that was `wanted` if it can: never another one instead.
    """
    able, passed_over = [], []
    for capability in sorted(rails, key=lambda each: (each.cost_rank, each.rail)):
        fault = _fault(capability, amount, addressing, at, wanted)
        if fault is None:
            able.append(capability)
        else:
            passed_over.append(PassedOver(rail=capability.rail, code=fault[0], why=fault[1]))
    if not able:
        return Route(rail=None, because="no rail can carry it", passed_over=tuple(passed_over))
    chosen, *others = able
    because = "it was asked for" if wanted else "it is the only one that can"
    if others:
        because = "it is the cheapest that can"
        passed_over += [
            PassedOver(rail=each.rail, code="dearer", why=f"{chosen.rail} comes first")
            for each in others
        ]
    return Route(rail=chosen.rail, because=because, passed_over=tuple(passed_over))


def is_open(capability: Capability, at: int) -> bool:
    """Whether the rail takes payments `at` a moment (milliseconds since 1970 UTC)."""
    if capability.hours is None:
        return True
    minute = (at // MINUTE + capability.hours.offset) % (DAY // MINUTE)
    return capability.hours.opens <= minute < capability.hours.closes


def _fault(
    capability: Capability, amount: Money, addressing: Addressing, at: int, wanted: str | None
) -> tuple[str, str] | None:
    """Why `capability` cannot be taken, as a code and in words."""
    if wanted is not None and capability.rail != wanted:
        return "not_wanted", f"{wanted} was asked for"
    if addressing not in capability.addressing:
        return "addressing", f"it reaches no payee by {addressing}"
    if capability.amounts and amount.currency not in capability.amounts:
        return "currency", f"it carries {', '.join(capability.currencies)}"
    least, most = capability.amounts.get(amount.currency, (1, _MOST))
    if not least <= amount.amount <= most:
        return "amount", "the amount is outside the rail's limits"
    if not is_open(capability, at):
        return "hours", "it is closed at that time"
    return None
