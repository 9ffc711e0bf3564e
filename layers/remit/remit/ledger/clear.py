"""Move what lies in suspense to where it belongs: whole, once, by a person who says why.

Money comes to suspense by a transfer that could not reach its account, or leaves it by one that an
account could not give. This is the other half of that transfer: it names the same cause, and the
account on the other side is a customer's. So what suspense holds of a cause is settled, or is not.
"""

from dataclasses import replace
from http import HTTPStatus

from remit.kernel.canonical import canonical_json
from remit.kernel.errors import Refusal
from remit.kernel.ids import derive
from remit.ledger.chart import house_account
from remit.ledger.model import Leg, Transfer, between
from remit.ledger.phases import Recorded
from remit.ledger.refusals import TransferConflict, TransferNotFound
from remit.ledger.schema_transfer import Clearance
from remit.ledger.store import Ledger
from remit.ledger.trace import view
from remit.store.idempotency import Answer, Command, answer_once
from remit.store.table import Table
from remit.store.write import Write

CLEARANCE = "clearance"
"""The kind of the transfer."""

_SUSPENSE = "suspense"


class NotSuspended(Refusal):
    """The transfer has neither put money into suspense nor taken any out of it."""

    status = 409
    title = "The transfer has left nothing in suspense"


class AlreadyCleared(Refusal):
    """What the transfer left in suspense has been cleared: that is done once."""

    status = 409
    title = "What the transfer left in suspense has been cleared"


def clear(
    ledger: Ledger, idempotency: Table, command: Command, transfer_id: str, request: Clearance
) -> Answer:
    """Clear what the transfer left in suspense and answer 201 with the new transfer, once per key.

    What it put there goes to the account; what it took from there comes from the account. Refuses
    with `NotSuspended`, `AlreadyCleared`, `TransferNotFound`, or as the ledger does.
    """

    def act() -> tuple[Answer, list[Write]]:
        made = _clearance(ledger.recorded(command.tenant, transfer_id).transfer, command, request)
        try:
            ledger.recorded(command.tenant, made.id)
        except TransferNotFound:
            writes = _posted(ledger, made)
        else:
            raise AlreadyCleared
        body = canonical_json(view(Recorded(transfer=made)))
        return Answer(status=HTTPStatus.CREATED, body=body), writes

    return answer_once(idempotency, command, act)


def _posted(ledger: Ledger, made: Transfer) -> list[Write]:
    try:
        itself, *entries = ledger.post(made)
    except TransferConflict:
        raise AlreadyCleared from None
    # Of two who clear at once one is told so in the same words as who comes later.
    return [replace(itself, failed=lambda _: AlreadyCleared()), *entries]


def _clearance(left: Transfer, command: Command, request: Clearance) -> Transfer:
    legs = [leg for leg in left.legs if _is_suspense(leg)]
    if len(legs) != 1 or left.kind == CLEARANCE:
        raise NotSuspended
    suspense, account = legs[0].account_id, request.account
    is_there = legs[0].side == "credit"
    way = (suspense, account) if is_there else (account, suspense)
    return Transfer(
        id=derive("tr", left.id, CLEARANCE),
        tenant=command.tenant,
        currency=left.currency,
        legs=between(*way, legs[0].amount),
        kind=CLEARANCE,
        reference=f"{left.reference} {request.reason}",
        by=command.actor,
        at=command.now,
    )


def _is_suspense(leg: Leg) -> bool:
    house = house_account(leg.account_id)
    return house is not None and house[0].name == _SUSPENSE
