"""The ledger's records as items, and back. Pure; the keys are told in `store`."""

from dataclasses import replace
from typing import cast

from remit.kernel.clock import rfc3339
from remit.ledger.model import Account, Effect, Frozen, Leg, Rules, Side, Transfer
from remit.ledger.phases import End, Hold, Outcome, Recorded, Resolution, Step
from remit.store.chain import sequence_of
from remit.store.item import Item, Plain, integer, text

COUNTERS = ("debits_pending", "debits_posted", "credits_pending", "credits_posted")
MARKS = "due#swept"
"""The chain of marks: every hold that expires before its newest record's `reached` has ended."""

_DIGITS = 6


def account_after(tenant: str, account_id: str, record: Item) -> Account:
    """The account's state that `record` holds."""
    counters = {name: integer(record, name) for name in COUNTERS}
    return Account(
        tenant=tenant,
        id=account_id,
        currency=text(record, "currency"),
        may_overdraw=bool(record["may_overdraw"]),
        sequence=sequence_of(record),
        at=integer(record, "at"),
        day=text(record, "day"),
        rules=Rules(
            floor=integer(record, "floor") if "floor" in record else 0,
            limit=integer(record, "limit") if "limit" in record else None,
            aside=integer(record, "aside") if "aside" in record else 0,
            frozen=cast(Frozen, record.get("frozen", "none")),
            closed=bool(record.get("closed", False)),
        ),
        **counters,
    )


def state(account: Account) -> Item:
    """What of `account` every record holds. Rules that are as at the opening take no room."""
    counters: Item = {name: getattr(account, name) for name in COUNTERS}
    rules: Item = {}
    if account.rules.floor:
        rules["floor"] = account.rules.floor
    if account.rules.limit is not None:
        rules["limit"] = account.rules.limit
    if account.rules.aside:
        rules["aside"] = account.rules.aside
    if account.rules.frozen != "none":
        rules["frozen"] = account.rules.frozen
    if account.rules.closed:
        rules["closed"] = True
    return (
        counters
        | rules
        | {
            "currency": account.currency,
            "may_overdraw": account.may_overdraw,
            "at": account.at,
            "day": account.day,
        }
    )


def entry(step: Step, effect: Effect, after: Account, owed: Rules | None = None) -> Item:
    """The record of one effect on one account's chain.

    With `owed` no limit was asked, and the account has these rules from then on.
    """
    transfer = _subject(step)
    others = [other.account_id for other in step.effects if other is not effect]
    by = step.operation.by if isinstance(step.operation, End) else transfer.by
    record: Item = {
        "transfer": transfer.id,
        "side": effect.side,
        "amount": effect.amount,
        "other": others[0] if len(others) == 1 else "several",
        "by": by,
        "why": f"{transfer.kind} {transfer.reference}",
    }
    if effect.held:
        record["held"] = effect.held
    if isinstance(step.operation, Transfer) and transfer.value_at is not None:
        record["value_at"] = transfer.value_at
    if owed is not None:
        return record | {"owed": True} | state(replace(after, rules=owed))
    return record | state(after)


def transfer_item(operation: Transfer | Hold, effects: tuple[Effect, ...]) -> Item:
    """A transfer as it is recorded, with its legs folded; a pending one has `expires_at`."""
    transfer = operation.transfer if isinstance(operation, Hold) else operation
    legs: list[Plain] = [
        {"account": leg.account_id, "side": leg.side, "amount": leg.amount + leg.held}
        for leg in effects
    ]
    item: Item = {
        "pk": f"{transfer.tenant}#{transfer.id}",
        "sk": "transfer",
        "currency": transfer.currency,
        "legs": legs,
        "at": transfer.at,
        "by": transfer.by,
        "why": f"{transfer.kind} {transfer.reference}",
    }
    if isinstance(operation, Hold):
        item["expires_at"] = operation.expires_at
    if transfer.value_at is not None:
        item["value_at"] = transfer.value_at
    if transfer.reverses is not None:
        item["reverses"] = transfer.reverses
    return item


def resolution_item(end: End, resolution: Resolution) -> Item:
    """The end of a pending transfer."""
    return {
        "pk": f"{end.tenant}#{end.transfer_id}",
        "sk": "resolution",
        "outcome": resolution.outcome,
        "amount": resolution.amount,
        "at": end.at,
        "by": end.by,
        "why": f"{resolution.outcome} {end.why or f'by {end.by}'}",
    }


def reversal_item(transfer: Transfer, original: Recorded, amount: int) -> Item:
    """The reversal of `original` by `transfer`, with what has been taken back in sum."""
    return {
        "pk": f"{transfer.tenant}#{original.transfer.id}",
        "sk": reversal_key(original.reversals),
        "transfer": transfer.id,
        "amount": amount,
        "total": original.reversed,
        "at": transfer.at,
        "by": transfer.by,
        "why": f"{transfer.kind} {transfer.reference}",
    }


def reversal_key(number: int) -> str:
    """The sort key of reversal `number`, counted from 1."""
    return f"reversal#{number:0{_DIGITS}d}"


def due_item(hold: Hold) -> Item:
    """The line that lets a hold whose time is over be found: by the minute it expires in."""
    transfer = hold.transfer
    return {
        "pk": due_key(hold.expires_at),
        "sk": f"{transfer.tenant}#{transfer.id}",
        "at": transfer.at,
        "by": transfer.by,
        "why": f"{transfer.kind} {transfer.reference}",
    }


def due_key(moment: int) -> str:
    """The partition of what expires in the minute of `moment` (milliseconds)."""
    return f"due#{rfc3339(moment)[:16]}"


def transfer_of(item: Item) -> Transfer:
    """The transfer that its item holds."""
    tenant, _, transfer_id = text(item, "pk").rpartition("#")
    kind, _, reference = text(item, "why").partition(" ")
    legs = cast(list[Item], item["legs"])
    return Transfer(
        id=transfer_id,
        tenant=tenant,
        currency=text(item, "currency"),
        legs=tuple(
            Leg(
                account_id=text(leg, "account"),
                side=cast(Side, text(leg, "side")),
                amount=integer(leg, "amount"),
            )
            for leg in legs
        ),
        kind=kind,
        reference=reference,
        by=text(item, "by"),
        at=integer(item, "at"),
        value_at=integer(item, "value_at") if "value_at" in item else None,
        reverses=text(item, "reverses") if "reverses" in item else None,
    )


def recorded(transfer: Item, resolution: Item | None, newest: Item | None) -> Recorded:
    """What the items of one transfer's partition say; `newest` may be its newest reversal."""
    last = newest if newest and text(newest, "sk").startswith("reversal#") else None
    return Recorded(
        transfer=transfer_of(transfer),
        expires_at=integer(transfer, "expires_at") if "expires_at" in transfer else None,
        resolution=resolution_of(resolution) if resolution else None,
        reversed=integer(last, "total") if last else 0,
        reversals=int(text(last, "sk").rpartition("#")[2]) if last else 0,
    )


def resolution_of(item: Item) -> Resolution:
    """The end that its item tells of."""
    return Resolution(outcome=cast(Outcome, text(item, "outcome")), amount=integer(item, "amount"))


def _subject(step: Step) -> Transfer:
    if isinstance(step.operation, End):
        if step.touched is None:
            raise ValueError("an end ends a transfer")
        return step.touched.transfer
    return step.operation.transfer if isinstance(step.operation, Hold) else step.operation
