"""The chart of house accounts: what the house itself keeps, in every currency, in shards.

One hot account would cap the whole system, so each house account is kept in shards, and the shard
is chosen by what caused the transfer. Its balance is the sum of its shards.
"""

import hashlib
import re

from remit.kernel.money import CURRENCIES
from remit.kernel.value import value

SHARDS = 8


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
    )
}
"""The house accounts. A shard comes into being with its first transfer; none is set up before."""

_ID = re.compile(r"house\.([a-z_]+)\.([A-Z]{3})\.(0|[1-9][0-9]{0,3})", re.ASCII)


def house_account_id(name: str, *, currency: str, cause: str) -> str:
    """The shard of house account `name` in `currency` that serves `cause` (a payment's id)."""
    shard = int.from_bytes(hashlib.sha256(cause.encode()).digest()[:4], "big") % SHARDS
    return shard_id(name, currency=currency, shard=shard)


def shard_id(name: str, *, currency: str, shard: int) -> str:
    """The account id of one shard."""
    return f"house.{CHART[name].name}.{currency}.{shard}"


def house_account(account_id: str) -> tuple[HouseAccount, str] | None:
    """The house account that `account_id` is a shard of, and its currency; None for customers'."""
    found = _ID.fullmatch(account_id)
    if found is None or found[1] not in CHART or found[2] not in CURRENCIES:
        return None
    if int(found[3]) >= SHARDS:
        return None
    return CHART[found[1]], found[2]
