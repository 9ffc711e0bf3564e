"""The customer, the states it goes through, and what its checks mean together. Pure."""

from collections.abc import Mapping
from dataclasses import replace
from typing import Literal, get_args

from remit.kernel.clock import DAY
from remit.kernel.errors import NotFound, Refusal
from remit.kernel.value import value

Status = Literal["in_review", "active", "rejected", "needs_attention", "abandoned"]
Tier = Literal["low", "medium", "high"]
Kind = Literal["person", "business"]
STATUSES: tuple[Status, ...] = get_args(Status)

ROADS: Mapping[Status, tuple[Status, ...]] = {
    "in_review": ("active", "needs_attention", "rejected"),
    "needs_attention": ("active", "rejected", "abandoned"),
    "active": ("needs_attention",),
    "rejected": (),
    "abandoned": (),
}
"""Where a customer may go from each state.

`in_review`: on the way through the machine. `needs_attention`: waits for a person, before the
first account was opened or, when a list has changed, after it. The last two are final.
"""

REASONS = {
    "DOCUMENT_EXPIRED": "the document has expired",
    "IDENTITY_MISMATCH": "the document does not belong to the applicant",
    "IDENTITY_UNREADABLE": "the document could not be read",
    "IDENTITY_TIMED_OUT": "the identity was not verified in time",
    "IDENTITY_FAILED": "the identity could not be verified",
    "SCREENING_HIT": "somebody concerned is named like an entry of a sanctions list",
    "LIST_CHANGED": "a list has changed, and somebody concerned is named like what is new in it",
    "RISK_HIGH": "the risk is high",
    "DECIDED": "a person decided",
    "NOT_DECIDED": "nobody decided in time",
}
"""Why a customer reached a state."""

IDENTITY_REASONS = {
    "expired": "DOCUMENT_EXPIRED",
    "mismatch": "IDENTITY_MISMATCH",
    "unreadable": "IDENTITY_UNREADABLE",
    "timed_out": "IDENTITY_TIMED_OUT",
    "failed": "IDENTITY_FAILED",
}
_FATAL = frozenset({"expired", "mismatch"})
"""Outcomes of the identity check after which there is nothing for a person to decide."""

COOL_DOWN = DAY
"""How long a risk tier that a person has set stays, before a person may set it again."""

_YEAR = 365 * DAY + DAY // 4

KEPT_YEARS = 5
"""How long evidence is kept after the end of the relationship (Directive (EU) 2015/849 art. 40)."""


class CustomerNotFound(NotFound):
    """No customer of this tenant has that id."""

    title = "No such customer"


class CustomerNotServed(Refusal):
    """Only who is active, and not about to be erased, is given another account."""

    status = 409
    title = "The customer is given no account now"


class TooManyAccounts(Refusal):
    """The customer has as many accounts as one may have."""

    status = 409
    title = "The customer has too many accounts"


class NotToBeDecided(Refusal):
    """The customer does not wait for a person: not yet, not any more, or somebody has decided."""

    status = 409
    title = "There is nothing to decide"


class EvidenceChanged(Refusal):
    """There is evidence that whoever decided has not seen."""

    status = 409
    title = "The evidence has changed since it was looked at"


class CoolingDown(Refusal):
    """The tier was set by a person not long ago."""

    status = 409
    title = "The risk tier was set too recently"


class NotScored(Refusal):
    """There is no risk tier yet that could be set otherwise."""

    status = 409
    title = "The risk has not been scored yet"


class ErasureNotAllowed(Refusal):
    """The customer is being onboarded, or holds an account that is open."""

    status = 409
    title = "The customer may not be erased yet"


class ErasureNotRequested(Refusal):
    """Nobody has asked for the erasure that is to be approved."""

    status = 409
    title = "No erasure was requested"


class SamePerson(Refusal):
    """Who asked for the erasure may not approve it: that takes a second person."""

    status = 403
    title = "A second person must approve"


@value
class Step:
    """One state that a customer reached: when (milliseconds), by whom, and why if there is more."""

    status: Status
    at: int
    by: str
    reason: str | None = None


@value
class Opened:
    """An account that the customer was given. With its `bank` and `draw` its number is made."""

    id: str
    currency: str
    bank: str | None = None
    draw: int = 0


@value
class Decided:
    """What a person decided, when, and who."""

    decision: Literal["approve", "reject"]
    by: str
    at: int


@value
class Customer:
    """A customer, without anything personal. `revision` counts its changes.

    `decided` is a decision that has not been carried out yet, or the last one that was. From
    `erasing_at` on nothing else happens to a customer; at `erased_at` its key is gone.
    `evidence` binds the `evidence_count` sections of evidence there are; see `capsule`.
    """

    id: str
    tenant: str
    kind: Kind
    currencies: tuple[str, ...]
    created_at: int
    created_by: str
    history: tuple[Step, ...]
    revision: int = 0
    accounts: tuple[Opened, ...] = ()
    decided: Decided | None = None
    erasing_at: int | None = None
    erased_at: int | None = None
    evidence: str = ""
    evidence_count: int = 0

    @property
    def status(self) -> Status:
        """The state the customer is in: the last that it reached."""
        return self.history[-1].status

    @property
    def was_active(self) -> bool:
        """Whether it has been given its accounts."""
        return bool(self.accounts)

    def may_become(self, status: Status) -> bool:
        """Whether the customer can go to `status` from where it is."""
        return status in ROADS[self.status]

    def after(self, step: Step) -> "Customer":
        """The customer once it has taken `step`; `ValueError` where no road leads there."""
        if not self.may_become(step.status):
            raise ValueError(f"no road leads from {self.status} to {step.status}")
        return replace(self, history=(*self.history, step))


def kept_until(ended_at: int) -> int:
    """Until when evidence is kept of a relationship that ended then (milliseconds)."""
    return ended_at + KEPT_YEARS * _YEAR


@value
class Assessment:
    """What all checks mean: `clear`, or the state to go to, and why."""

    verdict: Literal["clear", "needs_attention", "rejected"]
    reasons: tuple[str, ...]


def assess(identity: str, screening: str, tier: Tier) -> Assessment:
    """What the outcomes of the identity check and the screening, and the risk tier, mean together.

    A document that has expired, or is somebody else's, ends it. Whatever else is not as it should
    be is for a person to decide.
    """
    reasons = []
    if identity != "clear":
        reasons.append(IDENTITY_REASONS[identity])
    if screening != "clear":
        reasons.append("SCREENING_HIT")
    if tier == "high":
        reasons.append("RISK_HIGH")
    if identity in _FATAL:
        return Assessment(verdict="rejected", reasons=tuple(reasons))
    return Assessment(verdict="needs_attention" if reasons else "clear", reasons=tuple(reasons))
