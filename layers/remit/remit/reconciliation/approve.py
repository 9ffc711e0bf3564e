"""A second person approves an adjustment: transfer, end of the break and answer are one commit."""

from collections.abc import Sequence
from dataclasses import replace
from http import HTTPStatus

from remit.kernel.canonical import canonical_json
from remit.reconciliation import breaks
from remit.reconciliation.handle import BreakDesk, ending
from remit.reconciliation.kept import break_view
from remit.store.idempotency import Answer, Command, answer_once
from remit.store.write import Write


def approve(desk: BreakDesk, command: Command, break_id: str, adjustment: str) -> Answer:
    """Post exactly that adjustment, end the break with it, and answer 200, once per key.

    One that moves nothing is approved alike. However many approve at once, one transfer is made, as
    its id derives from the adjustment's. Refuses with `BreakEnded`, `NotProposed`, `SamePerson`, or
    as the ledger does. Raises `BreakNotFound`.
    """

    def act() -> tuple[Answer, Sequence[Write]]:
        kept = desk.store.break_(command.tenant, break_id)
        by, at = command.actor, command.now
        tracked = breaks.approved(kept.tracked, adjustment, by=by)
        moves = tracked.adjustment is not None and tracked.adjustment.amount > 0
        transfer = breaks.posting(tracked, at=at) if moves else None
        why = tracked.adjustment.reason if tracked.adjustment else ""
        end = ending(tracked, kept.ending, reason=why, by=by, at=at)
        after = replace(kept, tracked=end, transfer=transfer.id if transfer else "")
        # The break first: when somebody else was first, it is the break that says so.
        writes = desk.store.change(kept, after, now=at)
        writes += desk.ledger.post(transfer) if transfer else []
        return Answer(status=HTTPStatus.OK, body=canonical_json(break_view(after, now=at))), writes

    return answer_once(desk.idempotency, command, act)
