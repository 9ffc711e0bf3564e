"""What an account holds and how it came about: balances and entries, now and at a moment."""

from collections.abc import Iterator

from remit.kernel.clock import rfc3339
from remit.kernel.errors import Rejection
from remit.kernel.page import InvalidCursor, cursor, position
from remit.ledger.chart import house_account
from remit.ledger.model import MOST_VALUE_SHIFT, Account
from remit.ledger.open import account_view, balance_view
from remit.ledger.refusals import AccountNotFound
from remit.ledger.schema import EntriesQuery
from remit.ledger.store import Ledger, account_after
from remit.store.chain import Chain, sequence_of
from remit.store.item import Item, integer, text

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
    for number, record in enumerate(_records(chain, sequence)):
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


def _records(chain: Chain, after: int) -> Iterator[Item]:
    more = True
    while more:
        page = chain.after(after, limit=_BATCH)
        yield from page.items
        more = page.next_key is not None
        after = sequence_of(page.items[-1]) if page.items else after


def _signed(record: Item) -> int:
    amount = integer(record, "amount")
    return amount if record["side"] == "credit" else -amount


def page(ledger: Ledger, tenant: str, account_id: str, asked: EntriesQuery) -> dict[str, object]:
    """A page of the statement, in order (`schema.EntriesView`).

    Records that no transfer made (other rules, a day's end) are passed over, so numbers may skip
    and a page may be short; the statement ends where there is no cursor.

    Raises `AccountNotFound` or `InvalidCursor`.
    """
    ledger.account(tenant, account_id)
    after = _after(account_id, asked.cursor)
    found = ledger.chain(tenant, account_id).after(after, limit=asked.limit)
    last = sequence_of(found.items[-1]) if found.items and found.next_key else None
    return {
        "items": [
            _entry_view(tenant, account_id, record)
            for record in found.items
            if "transfer" in record
        ],
        "next_cursor": cursor(f"entries {account_id}", {"after": last} if last else None),
    }


def valued_at(record: Item) -> int:
    """From when an entry counts: its value time, or its booking time."""
    return integer(record, "value_at" if "value_at" in record else "at")


def _after(account_id: str, text: str | None) -> int:
    found = position(f"entries {account_id}", text)
    if found is None:
        return 0
    after = found.get("after")
    if not isinstance(after, int) or after < 0:
        raise InvalidCursor
    return after


def _entry_view(tenant: str, account_id: str, record: Item) -> dict[str, object]:
    kind, _, reference = text(record, "why").partition(" ")
    after = account_after(tenant, account_id, record)
    return {
        "sequence": after.sequence,
        "transfer_id": record["transfer"],
        "kind": kind,
        "reference": reference,
        "side": record["side"],
        "amount": record["amount"],
        "held": record.get("held", 0),
        "currency": record["currency"],
        "other_account": record["other"],
        "booked_at": rfc3339(after.at),
        "value_at": rfc3339(valued_at(record)),
        "day": after.day,
        "balance": balance_view(after),
    }


def _house_name(account_id: str) -> str:
    house = house_account(account_id)
    if house is None:
        raise AccountNotFound
    return house[0].purpose
