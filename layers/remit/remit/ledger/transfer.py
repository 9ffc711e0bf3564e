"""Move money by hand: transfers, holds and their ends, reversals; one, or several in one commit.

Customers' accounts only. What a process of the house has made is not ended or taken back here.
"""

from collections.abc import Sequence
from dataclasses import replace
from http import HTTPStatus

from remit.kernel.canonical import canonical_json
from remit.kernel.ids import derive
from remit.ledger.model import Leg, Side, Transfer, folded
from remit.ledger.phases import End, Hold, Operation, Outcome, Recorded, Step
from remit.ledger.refusals import MoreThanOneCommit, TransferNotFound
from remit.ledger.schema_transfer import (
    HoldAsked,
    LegAsked,
    LinkedAsked,
    NewTransfer,
    OneAsked,
    PostAsked,
    ReversalAsked,
    TransferAsked,
    VoidAsked,
)
from remit.ledger.store import Ledger
from remit.ledger.trace import view
from remit.store.idempotency import Answer, Command, answer_once
from remit.store.table import Table
from remit.store.write import Write

MOST_WRITES = 99
"""A commit holds 100 writes, and the key's row is one of them."""


def transfer(ledger: Ledger, idempotency: Table, command: Command, request: NewTransfer) -> Answer:
    """Carry out what `request` asks for, all of it or nothing, once per key.

    Answers with each transfer as it stands then (`schema_transfer.TransferAnswer`): 201, or 200
    where holds were ended and nothing else. Refuses as `Ledger.decide` does; a refusal is stored.
    """
    asked = request.root
    several = isinstance(asked, LinkedAsked)
    each: Sequence[OneAsked] = asked.operations if isinstance(asked, LinkedAsked) else [asked]
    names = [
        derive("tr", command.id, str(number)) if several else derive("tr", command.id)
        for number in range(len(each))
    ]

    def act() -> tuple[Answer, list[Write]]:
        operations = _operations(ledger, command, names, each)
        steps, writes = ledger.decide(command.tenant, operations, by_hand=True)
        if len(writes) > MOST_WRITES:
            raise MoreThanOneCommit
        views = [view(_left_by(step)) for step in steps]
        made = any(not isinstance(one, End) for one in operations)
        return Answer(
            status=HTTPStatus.CREATED if made else HTTPStatus.OK,
            body=canonical_json({"transfers": views} if several else views[0]),
        ), writes

    return answer_once(idempotency, command, act)


def _operations(
    ledger: Ledger, command: Command, names: Sequence[str], asked: Sequence[OneAsked]
) -> list[Operation]:
    reversed_ids = dict.fromkeys(one.reverses for one in asked if isinstance(one, ReversalAsked))
    try:
        originals = {name: ledger.recorded(command.tenant, name) for name in reversed_ids}
    except TransferNotFound:
        # The key may have been used for a transfer and been forgotten: that goes before.
        ledger.check_new(command.tenant, names)
        raise
    return [
        _operation(command, name, one, originals) for name, one in zip(names, asked, strict=True)
    ]


def _operation(
    command: Command, name: str, asked: OneAsked, originals: dict[str, Recorded]
) -> Operation:
    match asked:
        case TransferAsked():
            return _transfer(command, name, asked, asked.currency, _legs(asked.legs))
        case HoldAsked():
            held = _transfer(command, name, asked, asked.currency, _legs(asked.legs))
            return Hold(transfer=held, expires_at=asked.expires_at)
        case PostAsked():
            return _end(command, asked, "posted", asked.amount)
        case VoidAsked():
            return _end(command, asked, "voided", None)
        case ReversalAsked():
            original = originals[asked.reverses]
            legs = mirrored(original, asked.amount)
            return _transfer(command, name, asked, original.transfer.currency, legs)


def _transfer(
    command: Command,
    name: str,
    asked: TransferAsked | HoldAsked | ReversalAsked,
    currency: str,
    legs: tuple[Leg, ...],
) -> Transfer:
    return Transfer(
        id=name,
        tenant=command.tenant,
        currency=currency,
        legs=legs,
        kind=asked.kind,
        reference=asked.reason,
        by=command.actor,
        at=command.now,
        value_at=None if isinstance(asked, HoldAsked) else asked.value_at,
        reverses=asked.reverses if isinstance(asked, ReversalAsked) else None,
    )


def _end(
    command: Command, asked: PostAsked | VoidAsked, outcome: Outcome, amount: int | None
) -> End:
    return End(
        transfer_id=asked.hold,
        tenant=command.tenant,
        outcome=outcome,
        by=command.actor,
        at=command.now,
        amount=amount,
        why=asked.reason,
    )


def _legs(asked: Sequence[LegAsked]) -> tuple[Leg, ...]:
    return tuple(Leg(account_id=leg.account, side=leg.side, amount=leg.amount) for leg in asked)


def mirrored(original: Recorded, amount: int | None) -> tuple[Leg, ...]:
    """The legs that take `amount` of `original` back, or all that is left of it.

    Where that cannot be they are such that the ledger refuses them, with what is wrong.
    """
    left = original.posted - original.reversed
    wanted = amount if amount is not None else left or original.total
    legs = original.transfer.legs
    if len(legs) == 2:  # noqa: PLR2004
        return tuple(_opposite(leg, wanted) for leg in legs)
    if wanted == original.total:
        return tuple(_opposite(leg, leg.amount) for leg in legs)
    # Of a part of many legs nobody could say whose it is: any legs but the whole's are refused so.
    first = {side: next(leg for leg in legs if leg.side == side) for side in ("debit", "credit")}
    return tuple(_opposite(leg, leg.amount + (leg is first[leg.side])) for leg in legs)


def _opposite(leg: Leg, amount: int) -> Leg:
    side: Side = "credit" if leg.side == "debit" else "debit"
    return Leg(account_id=leg.account_id, side=side, amount=amount)


def _left_by(step: Step) -> Recorded:
    """What stands of the transfer that a step has made or ended."""
    operation = step.operation
    if isinstance(operation, End):
        if step.touched is None:
            raise ValueError("an end ends a transfer")
        return step.touched
    one = operation.transfer if isinstance(operation, Hold) else operation
    expires_at = operation.expires_at if isinstance(operation, Hold) else None
    return Recorded(transfer=replace(one, legs=folded(one)), expires_at=expires_at)
