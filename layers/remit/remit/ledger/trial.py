"""The trial balance: over all accounts of a tenant, debits equal credits in every currency."""

import itertools
from collections import defaultdict
from collections.abc import Iterable

from remit.kernel import clock
from remit.kernel.errors import Rejection, Unavailable
from remit.ledger.chart import house_shards
from remit.ledger.model import Account
from remit.ledger.store import Ledger
from remit.store.commit import pause
from remit.store.item import text

MOST_ACCOUNTS = 2_000


class TooManyAccounts(Rejection):
    """The tenant has more accounts than one request can add up."""

    status = 422
    title = "Too many accounts for one request"


def trial_balance(ledger: Ledger, tenant: str, *, until: int) -> dict[str, object]:
    """Per currency the sums of all debits and credits, pending and posted (`schema.TrialBalance`).

    Accounts are opened and transfers go on while accounts are read one after the other, so a
    transfer may be seen on one side only; such a reading shows itself by not balancing, and is
    taken again. Two readings alike are what stood at the moment between them: if those do not
    balance the books are wrong, and are returned with `balanced` false. Raises `TooManyAccounts`,
    or `Unavailable` when accounts still move and the clock shows `until` (milliseconds).
    """
    before: list[Account] = []
    for attempt in itertools.count():
        accounts = [ledger.account(tenant, name) for name in _accounts(ledger, tenant)]
        sums = _sums(accounts)
        if accounts == before or all(_balanced(totals) for totals in sums.values()):
            break
        if clock.now() >= until:
            raise Unavailable("accounts move faster than they can be added up")
        before = accounts
        pause(attempt)
    rows = [{"currency": currency} | sums[currency] for currency in sorted(sums)]
    return {"balanced": all(_balanced(totals) for totals in sums.values()), "currencies": rows}


def _accounts(ledger: Ledger, tenant: str) -> list[str]:
    """Every account of the tenant, and the house accounts in the same currencies."""
    customers = _customer_accounts(ledger, tenant)
    house = [
        shard for currency in sorted(set(customers.values())) for shard in house_shards(currency)
    ]
    return [*customers, *house]


def _customer_accounts(ledger: Ledger, tenant: str) -> dict[str, str]:
    page = ledger.accounts(tenant, limit=MOST_ACCOUNTS + 1)
    items = list(page.items)
    while page.next_key and len(items) <= MOST_ACCOUNTS:
        page = ledger.accounts(tenant, limit=MOST_ACCOUNTS + 1, start=page.next_key)
        items += page.items
    if len(items) > MOST_ACCOUNTS:
        raise TooManyAccounts(f"there are more than {MOST_ACCOUNTS} accounts")
    return {text(item, "sk"): text(item, "currency") for item in items}


def _sums(accounts: Iterable[Account]) -> dict[str, dict[str, int]]:
    sums: defaultdict[str, dict[str, int]] = defaultdict(
        lambda: dict.fromkeys(
            ("debits_pending", "debits_posted", "credits_pending", "credits_posted"), 0
        )
    )
    for account in accounts:
        totals = sums[account.currency]
        for counter in totals:
            totals[counter] += getattr(account, counter)
    return sums


def _balanced(totals: dict[str, int]) -> bool:
    return (
        totals["debits_posted"] == totals["credits_posted"]
        and totals["debits_pending"] == totals["credits_pending"]
    )
