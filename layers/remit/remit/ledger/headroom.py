"""A limit on a house account as a whole, kept as the limits of its shards.

No shard may rise above its own limit, and the limits sum to the account's: so the account never
does, however many postings there are at once. Where one shard lacks what others have, room moves
between them: limits change and their sum stays, in one commit with every state that it is judged
on. Money does not move for it.

What the house owes already it does not choose to take on, so no limit refuses it (`owed`). It may
take the account above the whole. Then every shard is left as far above its own limit as the account
is above the whole's: nothing is accepted until it has come down as far. What the limits sum to less
by that is kept `aside`.
"""

from collections.abc import Mapping, Sequence
from dataclasses import replace

from remit.ledger.chart import CHART, shard_id, shards_ever
from remit.ledger.model import Account, Rules, Transfer, ruled
from remit.ledger.refusals import LimitExceeded
from remit.ledger.store import Ledger
from remit.store.write import Write


def shards(ledger: Ledger, tenant: str, name: str, currency: str) -> list[Account]:
    """Every shard of house account `name`, used or not, in order."""
    found = [
        shard_id(CHART[name].name, currency=currency, shard=number)
        for number in range(shards_ever())
    ]
    return [ledger.account(tenant, each) for each in found]


def whole(found: Sequence[Account]) -> int | None:
    """What all shards together may rise to; None for without limit."""
    limits = [each.rules.limit for each in found]
    if None in limits:
        return None
    return sum(one for one in limits if one is not None) + sum(each.rules.aside for each in found)


def limit(
    ledger: Ledger, found: Sequence[Account], most: int | None, *, by: str, at: int, why: str
) -> list[Write]:
    """The writes after which all shards together may rise to `most`; None for without limit.

    What is left of it above their balances is spread evenly. Raises `ValueError` where their
    balances sum to more.
    """
    if most is not None and most < sum(each.expected for each in found):
        raise ValueError("the shards hold more than the limit")
    rules = _spread(found, most)
    if not _differ(found, rules):
        return []
    return _ruled(ledger, found, rules, by=by, at=at, why=f"limit {why}")


def make_room(
    ledger: Ledger, found: Sequence[Account], account_id: str, amount: int, *, by: str, at: int
) -> list[Write] | None:
    """The writes after which shard `account_id` can rise by `amount`; None where all together lack
    the room, and nothing to write where it can already.

    The whole is spread anew: what `account_id` needs first, the rest evenly. A shard without a
    limit, as one that came later may be, has no room to give.
    """
    limited = [each for each in found if each.rules.limit is not None]
    most = whole(limited)
    if most is None or all(each.id != account_id for each in limited):
        return []
    if most < sum(each.expected for each in limited) + amount:
        return None
    raised = [
        replace(each, credits_pending=each.credits_pending + amount)
        if each.id == account_id
        else each
        for each in limited
    ]
    rules = _spread(raised, most)
    if not _differ(limited, rules):
        return []
    return _ruled(ledger, limited, rules, by=by, at=at, why="room moved between shards")


def owed(ledger: Ledger, name: str, transfers: Sequence[Transfer]) -> list[Write]:
    """The writes that carry out transfers of one tenant, whatever the limit of house account `name`
    is: what they move is owed to somebody already, or is being settled.

    Where shards lack the room, the whole is spread anew by how they stand afterwards, in the same
    commit. Raises as `Ledger.carry_out` does.
    """
    first = transfers[0]
    try:
        return ledger.carry_out(first.tenant, transfers)
    except LimitExceeded:
        found = shards(ledger, first.tenant, name, first.currency)
    free = {each.id: replace(each, rules=replace(each.rules, limit=None)) for each in found}
    steps, guards = ledger.steps(first.tenant, transfers, known=free)
    after = {each.id: each for step in steps for each in step.after}
    most = whole(found)
    rules = {each.id: each.rules for each in found}  # a shard without a limit: there is no whole
    if most is not None:
        rules = {**_spread([after.get(each.id, each) for each in found], most)}
    others = [each for each in found if each.id not in after] if _differ(found, rules) else []
    return [
        *ledger.writes(steps, rules),
        *_ruled(ledger, others, rules, by=first.by, at=first.at, why="room for what is owed"),
        *guards,
    ]


def _spread(found: Sequence[Account], most: int | None) -> Mapping[str, Rules]:
    """Rules of all shards, by id, by which together they may rise to `most`.

    What is left of it is spread evenly. Where they stand above it by some amount, each stands above
    its own limit by that, so that none may rise before all together have come down by as much.
    """
    if most is None:
        return {each.id: replace(each.rules, limit=None, aside=0) for each in found}
    left = most - sum(each.expected for each in found)
    share, rest = divmod(left, len(found)) if left > 0 else (left, 0)
    aside = left - share * len(found) - rest
    return {
        each.id: replace(
            each.rules,
            limit=each.expected + share + (number < rest),
            aside=aside if number == 0 else 0,
        )
        for number, each in enumerate(found)
    }


def _differ(found: Sequence[Account], rules: Mapping[str, Rules]) -> bool:
    return any(each.rules != rules[each.id] for each in found)


def _ruled(
    ledger: Ledger,
    found: Sequence[Account],
    rules: Mapping[str, Rules],
    *,
    by: str,
    at: int,
    why: str,
) -> list[Write]:
    """The records of all of `found` under these rules, also of those whose rules stay.

    Shards are read one after the other: some may have been read before another change and some
    after it. Were those left out whose rules stay, two changes could be mixed.
    """
    begun, guards = ledger.begun(found)
    return [
        *(
            ledger.record(ruled(begun[each.id], rules[each.id], at=at), by=by, why=why)
            for each in found
        ),
        *guards,
    ]
