"""A break as it is kept, and as clients see it. Pure."""

from collections.abc import Mapping
from dataclasses import asdict
from typing import Any, Literal, cast

from remit.kernel.clock import rfc3339
from remit.kernel.errors import Rejection
from remit.kernel.value import value
from remit.reconciliation.breaks import Adjustment, Step, Tracked, age, severity
from remit.reconciliation.model import Break
from remit.store.item import Item, Plain, integer, text

Ending = Literal["resolved", "written_off"]


class BreakNotFound(Rejection):
    """No break of this tenant has that id."""

    status = 404
    title = "No such break"


@value
class Kept:
    """A break on record. `run` found it first. `ending` is how it is to end, and `reason` why, once
    its adjustment is approved. `transfer` is the transfer that the adjustment was, `cancels` are
    the breaks that it was ended with, as together they come to nothing. `revision` counts its
    changes.
    """

    tracked: Tracked
    run: str
    ending: Ending = "resolved"
    transfer: str = ""
    cancels: tuple[str, ...] = ()
    revision: int = 0

    @property
    def id(self) -> str:
        """The break's id."""
        return self.tracked.found.id


def break_item(kept: Kept, *, now: int) -> Item:
    """What is kept of a break, beside its key."""
    tracked = kept.tracked
    found = asdict(tracked.found)
    lines: Item = {name: list(found.pop(name)) for name in ("ours", "theirs")}
    adjustment = tracked.adjustment
    return {
        **found,
        **lines,
        "severity_now": severity(tracked, now=now),
        "status": tracked.status,
        "due_at": tracked.due_at,
        "history": [cast(Plain, asdict(step)) for step in tracked.history],
        "owner": tracked.owner,
        "adjustment": {} if adjustment is None else cast(Plain, asdict(adjustment)),
        "run": kept.run,
        "ending": kept.ending,
        "transfer": kept.transfer,
        "cancels": list(kept.cancels),
        "revision": kept.revision,
        "at": tracked.history[-1].at,
        "by": tracked.history[-1].by,
        "why": tracked.history[-1].reason or tracked.status,
    }


def kept_break(item: Item) -> Kept:
    """The inverse of `break_item`; the key holds tenant and id."""
    tenant = text(item, "pk").rpartition("#")[0]
    history = cast(list[dict[str, Any]], item["history"])
    adjustment = cast(dict[str, Any], item["adjustment"])
    told: dict[str, Any] = {
        name: item[name]
        for name in ("relation", "type", "severity", "currency", "detail", "difference", "match_id")
    }
    told |= {name: tuple(cast(list[str], item[name])) for name in ("ours", "theirs")}
    return Kept(
        tracked=Tracked(
            tenant=tenant,
            found=Break(id=text(item, "sk"), **told),
            due_at=integer(item, "due_at"),
            history=tuple(Step(**step) for step in history),
            owner=text(item, "owner"),
            adjustment=Adjustment(**adjustment) if adjustment else None,
        ),
        run=text(item, "run"),
        ending=cast(Ending, text(item, "ending")),
        transfer=text(item, "transfer"),
        cancels=tuple(cast("list[str]", item.get("cancels", []))),
        revision=integer(item, "revision"),
    )


def break_view(kept: Kept, *, now: int) -> dict[str, object]:
    """The break as clients see it (`schema_breaks.BreakView`), its severity and age as of `now`."""
    tracked, found = kept.tracked, kept.tracked.found
    is_open = tracked.status not in ("resolved", "written_off")
    return {
        "id": found.id,
        "reconciliation": kept.run,
        "relation": found.relation,
        "type": found.type,
        "severity": severity(tracked, now=now),
        "status": tracked.status,
        "age": age(tracked, now=now),
        "owner": tracked.owner or None,
        "opened_at": rfc3339(tracked.opened_at),
        "due_at": rfc3339(tracked.due_at),
        "overdue": is_open and now >= tracked.due_at,
        "currency": found.currency,
        "difference": found.difference,
        "detail": found.detail,
        "ours": list(found.ours),
        "theirs": list(found.theirs),
        "match": found.match_id or None,
        "cancels": list(kept.cancels),
        "adjustment": _adjustment_view(kept),
        "history": [_step_view(step) for step in tracked.history],
    }


def _adjustment_view(kept: Kept) -> Mapping[str, object] | None:
    adjustment = kept.tracked.adjustment
    if adjustment is None:
        return None
    return {
        "id": adjustment.id,
        "debit": adjustment.debtor or None,
        "credit": adjustment.creditor or None,
        "amount": adjustment.amount,
        "currency": kept.tracked.found.currency,
        "reason": adjustment.reason,
        "resolution": kept.ending,
        "proposed_by": adjustment.proposed_by,
        "approved_by": adjustment.approved_by or None,
        "transfer": kept.transfer or None,
    }


def _step_view(step: Step) -> Mapping[str, object]:
    return {
        "status": step.status,
        "at": rfc3339(step.at),
        "by": step.by,
        "reason": step.reason or None,
    }
