"""People at work on a break: who has it, what they find, and how it is to end.

Who ends a break has taken it on: steps that are missing on the way are taken with it, and recorded.
"""

from collections.abc import Callable, Sequence
from dataclasses import replace
from http import HTTPStatus

from remit.kernel.canonical import canonical_json
from remit.kernel.errors import Refusal
from remit.kernel.value import value
from remit.ledger.chart import CHART, house_account_id
from remit.ledger.store import Ledger
from remit.reconciliation import breaks
from remit.reconciliation.breaks import ROADS, BreakEnded, Tracked
from remit.reconciliation.kept import Ending, Kept, break_view
from remit.reconciliation.model import Break
from remit.reconciliation.schema_breaks import AdjustmentAsked, Resolution
from remit.reconciliation.store import ReconciliationStore
from remit.store.idempotency import Answer, Command, answer_once
from remit.store.table import Table
from remit.store.write import Write

_NOSTRO = "nostro"


class AdjustmentUnfit(Refusal):
    """The adjustment would not put this break right."""

    title = "The adjustment does not fit the break"


@value
class BreakDesk:
    """Where people work on breaks."""

    store: ReconciliationStore
    ledger: Ledger
    idempotency: Table


def assign(desk: BreakDesk, command: Command, break_id: str, owner: str) -> Answer:
    """Give the break to `owner` and answer 200 with it, once per key.

    Refuses with `BreakEnded`. Raises `BreakNotFound`.
    """
    return _changed(
        desk,
        command,
        break_id,
        lambda kept: replace(
            kept,
            tracked=breaks.assigned(kept.tracked, owner, by=command.actor, at=command.now),
        ),
    )


def investigate(desk: BreakDesk, command: Command, break_id: str) -> Answer:
    """Say that its owner looks into the break, and answer 200 with it, once per key.

    One that nobody has is the caller's from then on. Refuses with `BreakEnded`.
    """

    def looked_into(kept: Kept) -> Kept:
        if kept.tracked.status == "investigating":
            return kept
        return replace(kept, tracked=_taken_on(kept.tracked, command, "investigating"))

    return _changed(desk, command, break_id, looked_into)


def resolve(desk: BreakDesk, command: Command, break_id: str, asked: Resolution) -> Answer:
    """End the break and answer 200; or, with an adjustment, propose that and answer 202. Once per
    key.

    What is proposed replaces what was proposed before. Refuses with `BreakEnded`, `NotApproved`
    (nothing is written off without an adjustment), `MoneyIsOff` (nor resolved, while it leaves the
    nostro off), `AdjustmentUnfit`, or as the ledger does for accounts that are not there.
    """
    if asked.adjustment is None:
        return _without(desk, command, break_id, asked)
    wanted = asked.adjustment

    def proposed(kept: Kept) -> Kept:
        if asked.because or asked.cancels:
            raise AdjustmentUnfit("with an adjustment nothing else puts the break right")
        last = "investigating" if asked.resolution == "written_off" else "assigned"
        debtor, creditor = _accounts(desk.ledger, command, kept.tracked.found, wanted)
        tracked = breaks.proposed(
            _taken_on(kept.tracked, command, last),
            debtor=debtor,
            creditor=creditor,
            amount=wanted.amount,
            reason=asked.reason,
            by=command.actor,
        )
        return replace(kept, tracked=tracked, ending=asked.resolution)

    return _changed(desk, command, break_id, proposed, status=HTTPStatus.ACCEPTED)


def _without(desk: BreakDesk, command: Command, break_id: str, asked: Resolution) -> Answer:
    """End the break without an adjustment, with those that it cancels out; or propose to accept
    that the bank has put it right.
    """
    by, now = command.actor, command.now

    def accepted(kept: Kept) -> Kept:
        tracked = _taken_on(kept.tracked, command, "assigned")
        return replace(
            kept, tracked=breaks.accepting(tracked, reason=asked.reason, by=by), ending="resolved"
        )

    def act() -> tuple[Answer, Sequence[Write]]:
        every = [_open(desk, command, each) for each in (break_id, *asked.cancels)]
        if asked.resolution == "written_off":
            raise breaks.NotApproved
        first, *others = [each.tracked.found for each in every]
        breaks.check_settled(first, others, asked.because)
        ids = [each.id for each in every] if others else []
        ended = []
        for kept in every:
            tracked = replace(_taken_on(kept.tracked, command, "assigned"), adjustment=None)
            end = breaks.resolved(tracked, reason=asked.reason, by=by, at=now)
            cancels = tuple(each for each in ids if each != kept.id)
            ended.append(replace(kept, tracked=end, cancels=cancels))
        pairs = zip(every, ended, strict=True)
        writes = [one for kept, end in pairs for one in desk.store.change(kept, end, now=now)]
        body = canonical_json(break_view(ended[0], now=now))
        return Answer(status=HTTPStatus.OK, body=body), writes

    if asked.because == "bank_corrected" and asked.resolution == "resolved":
        return _changed(desk, command, break_id, accepted, status=HTTPStatus.ACCEPTED)
    return answer_once(desk.idempotency, command, act)


def ending(tracked: Tracked, how: Ending, *, reason: str, by: str, at: int) -> Tracked:
    """The break at its end. Raises `BreakEnded` or `NotApproved`."""
    if how == "written_off":
        return breaks.written_off(tracked, reason=reason, by=by, at=at)
    return breaks.resolved(tracked, reason=reason, by=by, at=at)


def _changed(
    desk: BreakDesk,
    command: Command,
    break_id: str,
    change: Callable[[Kept], Kept],
    *,
    status: HTTPStatus = HTTPStatus.OK,
) -> Answer:
    def act() -> tuple[Answer, Sequence[Write]]:
        kept = _open(desk, command, break_id)
        after = change(kept)
        body = canonical_json(break_view(after, now=command.now))
        writes = [] if after == kept else desk.store.change(kept, after, now=command.now)
        return Answer(status=status, body=body), writes

    return answer_once(desk.idempotency, command, act)


def _open(desk: BreakDesk, command: Command, break_id: str) -> Kept:
    """The break, if it has not ended. Raises `BreakEnded` or `BreakNotFound`."""
    kept = desk.store.break_(command.tenant, break_id)
    if not ROADS[kept.tracked.status]:
        raise BreakEnded(f"{break_id} is {kept.tracked.status}")
    return kept


def _taken_on(tracked: Tracked, command: Command, until: str) -> Tracked:
    """The break once the steps to `until` are taken, by whoever asks where nobody has it."""
    by, at = command.actor, command.now
    if tracked.status == "open":
        tracked = breaks.assigned(tracked, by, by=by, at=at)
    if until == "investigating" and tracked.status == "assigned":
        tracked = breaks.investigated(tracked, by=by, at=at)
    return tracked


def _accounts(
    ledger: Ledger, command: Command, found: Break, asked: AdjustmentAsked
) -> tuple[str, str]:
    """The accounts that an adjustment moves money between, of house accounts one shard each."""
    if asked.currency != found.currency:
        raise AdjustmentUnfit(f"the break is in {found.currency}")
    if asked.debit == asked.credit:
        raise AdjustmentUnfit("it moves money between two accounts")
    onto = asked.amount if asked.debit == _NOSTRO else 0
    onto -= asked.amount if asked.credit == _NOSTRO else 0
    off = found.difference if found.relation == "bank" and found.type != "balance" else 0
    if onto != off:
        raise AdjustmentUnfit(f"it must move the nostro by {off} minor units, not by {onto}")
    names = []
    for name in (asked.debit, asked.credit):
        if name in CHART:
            at, cause = command.now, found.id
            names.append(house_account_id(name, currency=found.currency, cause=cause, at=at))
        else:
            _check_account(ledger, command.tenant, name, found.currency)
            names.append(name)
    return names[0], names[1]


def _check_account(ledger: Ledger, tenant: str, name: str, currency: str) -> None:
    """Raise `AccountNotFound`, or `AdjustmentUnfit` for an account in another currency."""
    if ledger.account(tenant, name).currency != currency:
        raise AdjustmentUnfit(f"account {name} is not in {currency}")
