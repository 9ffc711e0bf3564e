"""Transfers in two phases, linked transfers and reversals: what each does to accounts. Pure.

A commit carries out a list of operations, one after the other, all or none. A pending transfer is
held until its end, of which there is one: posted (in whole or in part), voided, or expired.
"""

from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import Literal

from remit.kernel.clock import DAY
from remit.kernel.value import value
from remit.ledger.model import MOST_VALUE_SHIFT, Account, Effect, Leg, Transfer, folded, move
from remit.ledger.refusals import (
    ExpiryPassed,
    ExpiryTooFar,
    MoreThanHeld,
    MoreThanPosted,
    NotExpired,
    NothingPosted,
    NotPending,
    OwnedElsewhere,
    PartOfManyLegs,
    ReversalDiffers,
    TransferExpired,
    TransferNotFound,
    TransferPosted,
    TransferVoided,
    ValueTimeOutOfRange,
)

Outcome = Literal["posted", "voided", "expired"]

MOST_OPERATIONS = 20

ENDED_BY_HAND = frozenset({"hold"})
"""The kinds of holds that a person may end."""

REVERSED_BY_HAND = frozenset({"deposit", "hold", "reversal", "transfer"})
"""The kinds of transfers that a person may take back."""

LONGEST_HOLD = 366 * DAY
"""How long a hold may last at most, in milliseconds."""


@value
class Hold:
    """Hold the money of `transfer` until it is ended, or `expires_at` (milliseconds) has come.

    It lies after `transfer.at`, by `LONGEST_HOLD` at most. A reversal is not held.
    """

    transfer: Transfer
    expires_at: int


@value
class End:
    """End a pending transfer at `at`; `amount` posts a part and frees the rest, None the whole.

    `why` is what is recorded as the reason; without one, who ended it.
    """

    transfer_id: str
    tenant: str
    outcome: Outcome
    by: str
    at: int
    amount: int | None = None
    why: str = ""


Operation = Transfer | Hold | End


@value
class Resolution:
    """How a pending transfer ended: `amount` minor units were posted, the rest released."""

    outcome: Outcome
    amount: int


@value
class Recorded:
    """What stands of a transfer: itself (legs folded), its hold and its end, and its reversals.

    `reversed` minor units have been taken back by `reversals` transfers.
    """

    transfer: Transfer
    expires_at: int | None = None
    resolution: Resolution | None = None
    reversed: int = 0
    reversals: int = 0

    @property
    def total(self) -> int:
        """What all its debits come to, which is what all its credits come to."""
        return sum(leg.amount for leg in self.transfer.legs if leg.side == "debit")

    @property
    def posted(self) -> int:
        """How much of it has been booked."""
        if self.expires_at is None:
            return self.total
        return self.resolution.amount if self.resolution else 0


@value
class Step:
    """One operation carried out: its effects, each account after its effect, and what it ended or
    took back as that stands now.
    """

    operation: Operation
    effects: tuple[Effect, ...]
    after: tuple[Account, ...]
    touched: Recorded | None = None


def needed(operations: Sequence[Operation]) -> tuple[str, ...]:
    """The ids of transfers whose records `operations` are decided on."""
    found = [
        operation.transfer_id if isinstance(operation, End) else _transfer(operation).reverses
        for operation in operations
    ]
    return tuple(dict.fromkeys(name for name in found if name is not None))


def touched(operations: Sequence[Operation], recorded: Mapping[str, Recorded]) -> tuple[str, ...]:
    """The ids of the accounts that `operations` touch. Raises `TransferNotFound`."""
    legs = [leg for operation in operations for leg in _legs(operation, recorded)]
    return tuple(dict.fromkeys(leg.account_id for leg in legs))


def check_by_hand(operations: Sequence[Operation], recorded: Mapping[str, Recorded]) -> None:
    """Raise `OwnedElsewhere` if a process of the house alone may end or take back one of these."""
    for operation in operations:
        if isinstance(operation, End):
            name, kinds = operation.transfer_id, ENDED_BY_HAND
        else:
            name, kinds = _transfer(operation).reverses or "", REVERSED_BY_HAND
        if name in recorded and recorded[name].transfer.kind not in kinds:
            raise OwnedElsewhere


def carry_out(
    operations: Sequence[Operation],
    recorded: Mapping[str, Recorded],
    accounts: Mapping[str, Account],
    *,
    swept: int = 0,
) -> list[Step]:
    """The steps that `operations` are, each decided on what the ones before it have left.

    `recorded` holds what is `needed`, `accounts` the newest states of what is `touched`. A hold and
    its end cannot be in one commit. What expires before `swept` (milliseconds) would not be found
    any more. Raises the first refusal, in the order of operations and for each of them in the order
    of `refusals.PRECEDENCE`.
    """
    if not 1 <= len(operations) <= MOST_OPERATIONS:
        raise ValueError(f"a commit carries out 1 to {MOST_OPERATIONS} operations")
    known, now, steps = dict(recorded), dict(accounts), []
    for operation in operations:
        step = _step(operation, known, now, swept)
        now |= {account.id: account for account in step.after}
        if step.touched is not None:
            known[step.touched.transfer.id] = step.touched
        steps.append(step)
    return steps


def _step(
    operation: Operation, known: Mapping[str, Recorded], now: Mapping[str, Account], swept: int
) -> Step:
    found = None
    if isinstance(operation, End):
        found = _ended(operation, _find(known, operation.transfer_id))
        currency, at = found.transfer.currency, operation.at
        effects = _release(found)
    else:
        transfer = _transfer(operation)
        currency, at = transfer.currency, transfer.at
        if transfer.reverses is not None:
            found = _taken_back(transfer, _find(known, transfer.reverses))
        if isinstance(operation, Hold):
            _check_expiry(operation, swept)
        effects = tuple(_effect(leg, operation) for leg in folded(transfer))
    after = move(effects, now, currency=currency, at=at)
    value_at = operation.value_at if isinstance(operation, Transfer) else None
    if value_at is not None and abs(value_at - after[0].at) > MOST_VALUE_SHIFT:
        raise ValueTimeOutOfRange
    return Step(operation=operation, effects=effects, after=after, touched=found)


def _check_expiry(hold: Hold, swept: int) -> None:
    if hold.transfer.reverses is not None:
        raise ValueError("a reversal is not held")
    # A clock that is far behind must not make a hold that nobody would ever look for.
    if hold.expires_at <= hold.transfer.at or hold.expires_at < swept:
        raise ExpiryPassed
    if hold.expires_at > hold.transfer.at + LONGEST_HOLD:
        raise ExpiryTooFar


def _find(known: Mapping[str, Recorded], transfer_id: str) -> Recorded:
    if transfer_id not in known:
        raise TransferNotFound
    return known[transfer_id]


def _ended(end: End, found: Recorded) -> Recorded:
    """The pending transfer after its end, or the reason why it cannot end so."""
    if found.expires_at is None:
        raise NotPending
    if found.resolution is not None:
        raise {"posted": TransferPosted, "voided": TransferVoided, "expired": TransferExpired}[
            found.resolution.outcome
        ]
    if end.outcome == "expired":
        if end.at < found.expires_at:
            raise NotExpired
    elif end.at >= found.expires_at:
        raise TransferExpired
    amount = _posting(end, found) if end.outcome == "posted" else 0
    return replace(found, resolution=Resolution(outcome=end.outcome, amount=amount))


def _posting(end: End, found: Recorded) -> int:
    if end.amount is None:
        return found.total
    if end.amount <= 0:
        raise ValueError("a posting moves a positive amount")
    if end.amount > found.total:
        raise MoreThanHeld
    if end.amount < found.total and len(found.transfer.legs) > 2:  # noqa: PLR2004
        raise PartOfManyLegs
    return end.amount


def _release(found: Recorded) -> tuple[Effect, ...]:
    part = found.posted
    return tuple(
        Effect(
            account_id=leg.account_id,
            side=leg.side,
            amount=leg.amount if part == found.total else part,
            held=-leg.amount,
        )
        for leg in found.transfer.legs
    )


def _taken_back(transfer: Transfer, found: Recorded) -> Recorded:
    """The original after its reversal by `transfer`, or the reason why that cannot be."""
    if not found.posted:
        raise NothingPosted
    mirror = {leg.account_id: leg for leg in folded(transfer)}
    original = {leg.account_id: leg for leg in found.transfer.legs}
    if mirror.keys() != original.keys() or any(
        leg.side == original[leg.account_id].side for leg in mirror.values()
    ):
        raise ReversalDiffers
    amount = sum(leg.amount for leg in mirror.values() if leg.side == "debit")
    if len(original) > 2 and any(  # noqa: PLR2004
        leg.amount != original[leg.account_id].amount for leg in mirror.values()
    ):
        raise PartOfManyLegs
    if found.reversed + amount > found.posted:
        raise MoreThanPosted
    return replace(found, reversed=found.reversed + amount, reversals=found.reversals + 1)


def _effect(leg: Leg, operation: Operation) -> Effect:
    amount, held = (0, leg.amount) if isinstance(operation, Hold) else (leg.amount, 0)
    return Effect(account_id=leg.account_id, side=leg.side, amount=amount, held=held)


def _legs(operation: Operation, recorded: Mapping[str, Recorded]) -> tuple[Leg, ...]:
    if isinstance(operation, End):
        return _find(recorded, operation.transfer_id).transfer.legs
    return folded(_transfer(operation))


def _transfer(operation: Transfer | Hold) -> Transfer:
    return operation.transfer if isinstance(operation, Hold) else operation
