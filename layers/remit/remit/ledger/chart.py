"""The chart of house accounts: what the house itself keeps, in every currency, in shards.

One hot account would cap the whole system, so each house account is kept in shards, and the shard
is chosen by what caused the transfer. Its balance is the sum of its shards.
"""

import hashlib
import re

from remit.kernel.money import CURRENCIES
from remit.kernel.value import value
from remit.ledger.model import day_of

SHARDS_FROM = (("0001-01-01", 8),)
"""From which day (ISO date, UTC) each house account is spread over how many shards, oldest first.

To re-shard, add a line with a day that lies after the deployment: by then every function knows the
new shards. Money stays where it is; a balance is the sum over all shards that ever were.
"""


def shards_on(day: str) -> int:
    """How many shards serve transfers of `day` (ISO date)."""
    return [count for since, count in SHARDS_FROM if since <= day][-1]


def shards_ever() -> int:
    """How many shards there are or ever were."""
    return max(count for _, count in SHARDS_FROM)


@value
class HouseAccount:
    """A house account by name. `may_overdraw` tells whether its balance may go below zero."""

    name: str
    purpose: str
    may_overdraw: bool


CHART = {
    account.name: account
    for account in (
        HouseAccount(
            name="external",
            purpose="money outside the house: the other side of deposits",
            may_overdraw=True,
        ),
        # Each may go below zero: what comes in stands on the other side of what goes out.
        HouseAccount(
            name="in_transit",
            purpose="money on its way to or from another bank, until its window is settled",
            may_overdraw=True,
        ),
        HouseAccount(
            name="settlement",
            purpose="what a settlement window owes to the scheme, or has to get from it",
            may_overdraw=True,
        ),
        HouseAccount(
            name="nostro",
            purpose="our own account at the settlement bank, as we see it",
            may_overdraw=True,
        ),
        HouseAccount(
            name="suspense",
            purpose="money that could not go where it belongs; a person sees to it",
            may_overdraw=True,
        ),
    )
}
"""The house accounts. A shard comes into being with its first transfer; none is set up before."""

_ID = re.compile(r"house\.([a-z_]+)\.([A-Z]{3})\.(0|[1-9][0-9]{0,3})", re.ASCII)


def house_account_id(name: str, *, currency: str, cause: str, at: int) -> str:
    """The shard of house account `name` in `currency` that serves `cause` (a payment's id).

    `at` is the moment of the cause in milliseconds: a later one may be served by another shard.
    """
    drawn = int.from_bytes(hashlib.sha256(cause.encode()).digest()[:4], "big")
    return shard_id(name, currency=currency, shard=drawn % shards_on(day_of(at)))


def house_shards(currency: str) -> list[str]:
    """The account ids of every shard in `currency`, whether used or not."""
    return [
        shard_id(name, currency=currency, shard=shard)
        for name in CHART
        for shard in range(shards_ever())
    ]


def shard_id(name: str, *, currency: str, shard: int) -> str:
    """The account id of one shard."""
    return f"house.{CHART[name].name}.{currency}.{shard}"


def house_account(account_id: str) -> tuple[HouseAccount, str] | None:
    """The house account that `account_id` is a shard of, and its currency; None for customers'."""
    found = _ID.fullmatch(account_id)
    if found is None or found[1] not in CHART or found[2] not in CURRENCIES:
        return None
    if int(found[3]) >= shards_ever():
        return None
    return CHART[found[1]], found[2]
