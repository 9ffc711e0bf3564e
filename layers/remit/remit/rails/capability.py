"""The rails that there are, and the choice of one. A further rail is a module and a row here."""

from collections.abc import Mapping

from remit.kernel.clock import DAY, MINUTE
from remit.kernel.money import Money
from remit.kernel.value import value
from remit.rails import fps_hk, sct_inst
from remit.rails.rail import Addressing, Capability, Hours, Recalls, Scheme

__all__ = ["Addressing", "Capability", "Hours", "Recalls", "Scheme"]

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
SCT_INST, FPS_HK = sct_inst.SCT_INST.capability, fps_hk.FPS_HK.capability

SCHEMES: Mapping[str, Scheme] = {
    scheme.capability.rail: scheme for scheme in (sct_inst.SCT_INST, fps_hk.FPS_HK)
}
"""By rail, the scheme that runs it. A further rail is its module, and its row here."""

RAILS: tuple[Capability, ...] = (BOOK, *(scheme.capability for scheme in SCHEMES.values()))
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
