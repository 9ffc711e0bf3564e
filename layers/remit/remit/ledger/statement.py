"""What an account holds and how it came about: balances and entries, now and at a moment."""

from remit.kernel.clock import rfc3339
from remit.kernel.page import InvalidCursor, cursor, position
from remit.ledger.chart import house_account
from remit.ledger.model import Account
from remit.ledger.open import account_view, balance_view
from remit.ledger.refusals import AccountNotFound
from remit.ledger.schema import EntriesQuery
from remit.ledger.store import Ledger, account_after
from remit.store.chain import sequence_of
from remit.store.item import Item, integer, text


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
