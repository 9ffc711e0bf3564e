"""A limit on a house account as a whole, kept as the limits of its shards.

No shard may rise above its own limit, and the limits sum to the account's: so the account never
does, however many postings there are at once. Where one shard lacks what others have, room moves
between them: limits change and their sum stays, in one commit with every state that it is judged
on. Money does not move for it.
"""

from collections.abc import Sequence
from dataclasses import replace

from remit.ledger.chart import CHART, shard_id, shards_ever
from remit.ledger.model import Account, ruled
from remit.ledger.store import Ledger
from remit.store.write import Write


def shards(ledger: Ledger, tenant: str, name: str, currency: str) -> list[Account]:
    """Every shard of house account `name`, used or not, in order."""
    found = [
        shard_id(CHART[name].name, currency=currency, shard=number)
        for number in range(shards_ever())
    ]
    return [ledger.account(tenant, each) for each in found]


def limit(
    ledger: Ledger, found: Sequence[Account], whole: int | None, *, by: str, at: int, why: str
) -> list[Write]:
    """The writes after which all shards together may rise to `whole`; None for without limit.

    What is left of it above their balances is spread evenly. Raises `ValueError` where their
    balances sum to more.
    """
    if whole is None:
        limits: list[int | None] = [None] * len(found)
    else:
        room = whole - sum(each.expected for each in found)
        if room < 0:
            raise ValueError("the shards hold more than the limit")
        share, rest = divmod(room, len(found))
        limits = [each.expected + share + (number < rest) for number, each in enumerate(found)]
    return _ruled(ledger, zip(found, limits, strict=True), by=by, at=at, why=f"limit {why}")


def make_room(
    ledger: Ledger, found: Sequence[Account], account_id: str, amount: int, *, by: str, at: int
) -> list[Write] | None:
    """The writes after which shard `account_id` can rise by `amount`; None where all together lack
    the room, and nothing to write where it can already.

    The whole is spread anew: what `account_id` needs first, the rest evenly.
    """
    limits = [each.rules.limit for each in found]
    if any(one is None for one in limits):
        return []
    room = sum(one for one in limits if one is not None) - sum(each.expected for each in found)
    left = room - amount
    if left < 0:
        return None
    share, rest = divmod(left, len(found))
    spread = [
        each.expected + share + (number < rest) + (amount if each.id == account_id else 0)
        for number, each in enumerate(found)
    ]
    changed = [
        (each, new) for each, new, old in zip(found, spread, limits, strict=True) if new != old
    ]
    return _ruled(ledger, changed, by=by, at=at, why="room moved between shards")


def _ruled(
    ledger: Ledger,
    changed: "Sequence[tuple[Account, int | None]] | zip[tuple[Account, int | None]]",
    *,
    by: str,
    at: int,
    why: str,
) -> list[Write]:
    pairs = list(changed)
    begun, guards = ledger.begun([account for account, _ in pairs])
    return [
        *(
            ledger.record(
                ruled(begun[account.id], replace(account.rules, limit=new), at=at), by=by, why=why
            )
            for account, new in pairs
        ),
        *guards,
    ]
