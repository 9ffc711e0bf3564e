"""The life of a break: who sees to it, by when, and how it ends. Pure.

open → assigned → investigating → resolved or written off. Money moves for a break only by an
adjustment that one person proposed and another approved, exactly as it was proposed. Without one
nothing ends that leaves the nostro off.
"""

from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import Literal

from remit.kernel.clock import DAY, HOUR
from remit.kernel.errors import Refusal
from remit.kernel.ids import derive
from remit.kernel.value import value
from remit.ledger.model import Transfer, between
from remit.reconciliation.model import Break, Severity
from remit.reconciliation.rules import RuleSet

Because = Literal["days_apart", "cancels_out", "bank_corrected"]
"""Why a break may be resolved without an adjustment: both sides have it with the same amount; it
and other breaks come to nothing; the bank has put its own balance right, as two people say.
"""

Status = Literal["open", "assigned", "investigating", "resolved", "written_off"]

ROADS: Mapping[Status, tuple[Status, ...]] = {
    "open": ("assigned", "resolved"),
    "assigned": ("assigned", "investigating", "resolved"),
    "investigating": ("assigned", "resolved", "written_off"),
    "resolved": (),
    "written_off": (),
}
"""Where a break may go from each state. `resolved` straight from `open` is for what a later run no
longer finds. Only what was investigated is written off.
"""

ADJUSTMENT = "adjustment"
"""The kind of the transfer that an approved adjustment is."""

AGES = ((0, "new"), (1, "a day"), (3, "days"), (7, "a week"), (30, "a month"))
"""From how many days on a break is called what."""

HARSHER: Mapping[Severity, Severity] = {
    "low": "medium",
    "medium": "high",
    "high": "critical",
    "critical": "critical",
}


class BreakEnded(Refusal):
    """The break is resolved or written off, or does not take that step from where it is."""

    status = 409
    title = "The break cannot take that step"


class SamePerson(Refusal):
    """The person who proposed an adjustment may not approve it."""

    status = 403
    title = "A second person must approve this"


class NotProposed(Refusal):
    """No adjustment was proposed, or another than the one that is to be approved."""

    status = 409
    title = "That adjustment is not the one proposed"


class MoneyIsOff(Refusal):
    """Without an adjustment the nostro would stay off by what the break says."""

    status = 409
    title = "The break is about money, and nothing puts it right"


class NotApproved(Refusal):
    """An adjustment is posted, and a break written off, only once it is approved."""

    status = 409
    title = "The adjustment is not approved"


@value
class Adjustment:
    """A transfer of `amount` minor units that would put a break right: proposed, then approved.

    With an amount of 0 nothing moves: it is accepted that the bank has put it right. `id` derives
    from the content, so that what is approved is what was proposed.
    """

    id: str
    debtor: str
    creditor: str
    amount: int
    reason: str
    proposed_by: str
    approved_by: str = ""


@value
class Step:
    """One state that a break reached: when (milliseconds), by whom, and why."""

    status: Status
    at: int
    by: str
    reason: str = ""


@value
class Tracked:
    """A break and all that has become of it. `due_at` (milliseconds) is its clock."""

    tenant: str
    found: Break
    due_at: int
    history: tuple[Step, ...]
    owner: str = ""
    adjustment: Adjustment | None = None

    @property
    def status(self) -> Status:
        """The state the break is in: the last that it reached."""
        return self.history[-1].status

    @property
    def opened_at(self) -> int:
        """When it was found first (milliseconds)."""
        return self.history[0].at


def opened(found: Break, rules: RuleSet, *, tenant: str, by: str, at: int) -> Tracked:
    """A break that a run has found, with its clock started."""
    return Tracked(
        tenant=tenant,
        found=found,
        due_at=at + rules.hours[found.severity] * HOUR,
        history=(Step(status="open", at=at, by=by),),
    )


def assigned(tracked: Tracked, owner: str, *, by: str, at: int) -> Tracked:
    """The break with an owner, or with another than before. Raises `BreakEnded`."""
    if not owner:
        raise ValueError("a break is assigned to somebody")
    return replace(_after(tracked, Step(status="assigned", at=at, by=by)), owner=owner)


def investigated(tracked: Tracked, *, by: str, at: int) -> Tracked:
    """The break once its owner looks into it. Raises `BreakEnded`."""
    return _after(tracked, Step(status="investigating", at=at, by=by))


def proposed(
    tracked: Tracked, *, debtor: str, creditor: str, amount: int, reason: str, by: str
) -> Tracked:
    """The break with an adjustment proposed; it replaces one proposed before, approved or not.

    Raises `BreakEnded`, and `ValueError` for an adjustment that is no transfer or has no reason.
    """
    if not ROADS[tracked.status]:
        raise BreakEnded
    if amount <= 0 or debtor == creditor or not reason or not by:
        raise ValueError("an adjustment moves a positive amount between two accounts, and says why")
    content = (tracked.tenant, tracked.found.id, debtor, creditor, str(amount), reason, by)
    adjustment = Adjustment(
        id=derive("adj", *content),
        debtor=debtor,
        creditor=creditor,
        amount=amount,
        reason=reason,
        proposed_by=by,
    )
    if tracked.adjustment is not None and tracked.adjustment.id == adjustment.id:
        return tracked
    return replace(tracked, adjustment=adjustment)


def accepting(tracked: Tracked, *, reason: str, by: str) -> Tracked:
    """The break with the proposal to accept, as a second person, that the bank has put it right.

    Only a statement's balance is the bank's alone. Raises `MoneyIsOff` for any other break.
    """
    if tracked.found.type != "balance":
        raise MoneyIsOff("only a statement's balance is put right by the bank alone")
    name = derive("adj", tracked.tenant, tracked.found.id, "accepted", reason, by)
    adjustment = Adjustment(
        id=name, debtor="", creditor="", amount=0, reason=reason, proposed_by=by
    )
    return replace(tracked, adjustment=adjustment)


def check_settled(found: Break, others: Sequence[Break], because: Because | None) -> None:
    """Raise `MoneyIsOff` unless `found`, ended with `others`, leaves the nostro as it must be.

    Either no money is concerned, or what they are off by comes to nothing.
    """
    every = [found, *others]
    if because == "days_apart" and not others and found.type == "timing" and not found.difference:
        return
    if because != "cancels_out" or not others:
        raise MoneyIsOff(f"it is off by {found.difference} minor units: propose an adjustment")
    if len({one.id for one in every}) < len(every):
        raise MoneyIsOff("each break is named once")
    if len({(one.relation, one.currency) for one in every}) > 1 or any(
        one.type == "balance" for one in every
    ):
        raise MoneyIsOff("lines of one relation and currency cancel each other out, no others")
    if left := sum(one.difference for one in every):
        raise MoneyIsOff(f"together they are off by {left} minor units")


def approved(tracked: Tracked, adjustment_id: str, *, by: str) -> Tracked:
    """The break with its adjustment approved by a second person, told by identity.

    `by` is the subject of whoever approves. Raises `BreakEnded`, `NotProposed`, `SamePerson`.
    """
    if not ROADS[tracked.status]:
        raise BreakEnded
    adjustment = tracked.adjustment
    if adjustment is None or adjustment.id != adjustment_id:
        raise NotProposed
    if not by or _same(by, adjustment.proposed_by):
        raise SamePerson
    if adjustment.approved_by:
        return tracked
    return replace(tracked, adjustment=replace(adjustment, approved_by=by))


def posting(tracked: Tracked, *, at: int) -> Transfer:
    """The transfer that an approved adjustment is; it names the break. Raises `NotApproved`."""
    adjustment = tracked.adjustment
    if adjustment is None or not adjustment.approved_by:
        raise NotApproved
    return Transfer(
        id=derive("tr", tracked.tenant, adjustment.id),
        tenant=tracked.tenant,
        currency=tracked.found.currency,
        legs=between(adjustment.debtor, adjustment.creditor, adjustment.amount),
        kind=ADJUSTMENT,
        reference=tracked.found.id,
        by=adjustment.approved_by,
        at=at,
    )


def resolved(tracked: Tracked, *, reason: str, by: str, at: int) -> Tracked:
    """The break at its end, put right: by an adjustment, or as it was none or is gone.

    Raises `BreakEnded`, `NotApproved` while a proposed adjustment waits, `ValueError` without a
    reason.
    """
    if not reason:
        raise ValueError("a break is resolved for a reason")
    if tracked.adjustment is not None and not tracked.adjustment.approved_by:
        raise NotApproved
    return _after(tracked, Step(status="resolved", at=at, by=by, reason=reason))


def written_off(tracked: Tracked, *, reason: str, by: str, at: int) -> Tracked:
    """The break at its end, with its difference booked as a loss or gain.

    Raises `BreakEnded`, `NotApproved`, `ValueError` without a reason.
    """
    if not reason:
        raise ValueError("a break is written off for a reason")
    if tracked.adjustment is None or not tracked.adjustment.approved_by:
        raise NotApproved
    return _after(tracked, Step(status="written_off", at=at, by=by, reason=reason))


def age(tracked: Tracked, *, now: int) -> str:
    """What the break is called by its age; one that has ended keeps the age it had."""
    until = now if ROADS[tracked.status] else tracked.history[-1].at
    days = max(0, until - tracked.opened_at) // DAY
    return [name for since, name in AGES if since <= days][-1]


def severity(tracked: Tracked, *, now: int) -> Severity:
    """How severe it is now: one step more for each time its clock has run out."""
    found, clock = tracked.found.severity, tracked.due_at - tracked.opened_at
    times = max(0, now - tracked.opened_at) // clock if ROADS[tracked.status] and clock else 0
    for _ in range(min(times, len(HARSHER))):
        found = HARSHER[found]
    return found


def _after(tracked: Tracked, step: Step) -> Tracked:
    if step.status not in ROADS[tracked.status]:
        raise BreakEnded(f"{step.status} does not follow on {tracked.status}")
    return replace(tracked, history=(*tracked.history, step))


def _same(one: str, other: str) -> bool:
    # Subjects are compared as written, but no spelling makes a second person of the first.
    return one.strip().casefold() == other.strip().casefold()
