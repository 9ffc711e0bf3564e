"""What an account holds: its balances, now and at a moment, by booking and by value time."""

from collections.abc import Iterator

from remit.kernel.clock import rfc3339
from remit.kernel.errors import Rejection
from remit.ledger.chart import house_account
from remit.ledger.model import MOST_VALUE_SHIFT, Account
from remit.ledger.open import account_view, balance_view
from remit.ledger.refusals import AccountNotFound
from remit.ledger.store import Ledger, account_after
from remit.store.chain import Chain, sequence_of
from remit.store.item import Item, integer

MOST_ENTRIES = 10_000
_BATCH = 500


class TooManyEntries(Rejection):
    """The account is too busy around that moment for one request."""

    status = 422
    title = "Too many entries around that moment"


def account(ledger: Ledger, tenant: str, account_id: str) -> dict[str, object]:
    """The account with its balance now (`schema.AccountView`). Raises `AccountNotFound`."""
    state = ledger.account(tenant, account_id)
    opening = ledger.chain(tenant, account_id).record(0)
    return account_view(state, opening or {"name": _house_name(account_id)})


def balance_at(ledger: Ledger, tenant: str, account_id: str, moment: int) -> dict[str, object]:
    """The balance as booked at `moment` (milliseconds), as `schema.BalanceAt`.

    Before the account was opened everything is zero. Raises `AccountNotFound`.
    """
    now = ledger.account(tenant, account_id)
    record = ledger.chain(tenant, account_id).last_at(moment)
    state = (
        account_after(tenant, account_id, record)
        if record
        else Account(tenant=tenant, id=account_id, currency=now.currency)
    )
    return {
        "account": account_id,
        "currency": state.currency,
        "at": rfc3339(moment),
        "sequence": state.sequence,
        "balance": balance_view(state),
    }


def value_balance(
    ledger: Ledger, tenant: str, account_id: str, *, valued: int, booked: int | None
) -> dict[str, object]:
    """What counts at moment `valued`, of what was booked up to `booked` (`schema.BalanceAt`).

    An entry's value time lies within `MOST_VALUE_SHIFT` of its booking, so only entries booked
    that close to `valued` are read one by one. Only `posted` has a value time: `pending` is zero.
    Raises `AccountNotFound` or `TooManyEntries`.
    """
    now = ledger.account(tenant, account_id)
    chain = ledger.chain(tenant, account_id)
    last = valued + MOST_VALUE_SHIFT if booked is None else min(booked, valued + MOST_VALUE_SHIFT)
    start = chain.last_at(min(last, valued - MOST_VALUE_SHIFT))
    before = account_after(tenant, account_id, start) if start else None
    posted, sequence = (before.posted, before.sequence) if before else (0, 0)
    for number, record in enumerate(records(chain, sequence)):
        if integer(record, "at") > last:
            break
        if number == MOST_ENTRIES:
            raise TooManyEntries(f"there are more than {MOST_ENTRIES} entries around it")
        sequence = sequence_of(record)
        if "transfer" in record and valued_at(record) <= valued:
            posted += _signed(record)
    return {
        "account": account_id,
        "currency": now.currency,
        "at": rfc3339(valued),
        "sequence": sequence,
        "balance": {"available": posted, "pending": 0, "posted": posted},
    }


def records(chain: Chain, after: int) -> Iterator[Item]:
    """The records of a chain that come after number `after`, oldest first, page by page."""
    more = True
    while more:
        page = chain.after(after, limit=_BATCH)
        yield from page.items
        more = page.next_key is not None
        after = sequence_of(page.items[-1]) if page.items else after


def _signed(record: Item) -> int:
    amount = integer(record, "amount")
    return amount if record["side"] == "credit" else -amount


def valued_at(record: Item) -> int:
    """From when an entry counts: its value time, or its booking time."""
    return integer(record, "value_at" if "value_at" in record else "at")


def _house_name(account_id: str) -> str:
    house = house_account(account_id)
    if house is None:
        raise AccountNotFound
    return house[0].purpose
