"""The statement: an account's entries, in the order of booking or of value, in any span of time."""

from remit.kernel.clock import rfc3339
from remit.kernel.page import InvalidCursor, cursor, position
from remit.ledger.model import MOST_VALUE_SHIFT
from remit.ledger.open import balance_view
from remit.ledger.schema import EntriesQuery
from remit.ledger.statement import (
    MOST_ENTRIES,
    TooManyEntries,
    balance_at,
    records,
    value_balance,
    valued_at,
)
from remit.ledger.store import Ledger, account_after
from remit.store.chain import Chain, sequence_of
from remit.store.item import Item, integer, text

_NO_END = 2**53

Place = tuple[int, int]
"""Where an entry stands by value: its value time, and its number."""


def entries_or_balance(
    ledger: Ledger, tenant: str, account_id: str, asked: EntriesQuery
) -> dict[str, object]:
    """What is asked for: a page of the statement, or the balance at a moment.

    Raises what `page`, `balance_at` and `value_balance` raise.
    """
    if asked.value_at is not None:
        valued, booked = asked.value_at, asked.at
        return value_balance(ledger, tenant, account_id, valued=valued, booked=booked)
    if asked.at is not None:
        return balance_at(ledger, tenant, account_id, asked.at)
    return page(ledger, tenant, account_id, asked)


def page(ledger: Ledger, tenant: str, account_id: str, asked: EntriesQuery) -> dict[str, object]:
    """A page of the statement in the order asked for (`schema.EntriesView`).

    Raises `AccountNotFound`, `InvalidCursor`, or `TooManyEntries` when by value and the span is
    too busy.
    """
    ledger.account(tenant, account_id)
    scope = f"entries {account_id} {asked.order} {asked.since} {asked.until}"
    turn = _by_value if asked.order == "value" else _by_booking
    found, last = turn(ledger.chain(tenant, account_id), asked, scope)
    return {
        "items": [_entry_view(tenant, account_id, record) for record in found],
        "next_cursor": cursor(scope, last),
    }


def _by_booking(
    chain: Chain, asked: EntriesQuery, scope: str
) -> tuple[list[Item], dict[str, int] | None]:
    """Records that no transfer made (other rules, a day's end) are passed over, so numbers may skip
    and a page may be short; the statement ends where there is no cursor.
    """
    (after,) = _place(scope, asked.cursor, "after") or (_sequence_before(chain, asked.since),)
    found = chain.after(after, limit=asked.limit)
    within = [item for item in found.items if integer(item, "at") < _end(asked)]
    is_over = found.next_key is None or len(within) < len(found.items)
    last = None if is_over else {"after": sequence_of(found.items[-1])}
    return [record for record in within if "transfer" in record], last


def _by_value(
    chain: Chain, asked: EntriesQuery, scope: str
) -> tuple[list[Item], dict[str, int] | None]:
    """Value times lie within `MOST_VALUE_SHIFT` of the booking: what is booked near is sorted."""
    begun = _place(scope, asked.cursor, "value", "after")
    start = _sequence_before(chain, asked.since - MOST_VALUE_SHIFT)
    near = []
    for number, record in enumerate(records(chain, start)):
        if integer(record, "at") >= _end(asked) + MOST_VALUE_SHIFT:
            break
        if number == MOST_ENTRIES:
            raise TooManyEntries(f"there are more than {MOST_ENTRIES} entries around that span")
        if "transfer" in record and asked.since <= valued_at(record) < _end(asked):
            near.append(record)
    rest = sorted((one for one in near if begun is None or _stands(one) > begun), key=_stands)
    found = rest[: asked.limit]
    last = _stands(found[-1]) if len(rest) > len(found) else None
    return found, {"value": last[0], "after": last[1]} if last else None


def _end(asked: EntriesQuery) -> int:
    return _NO_END if asked.until is None else asked.until


def _stands(record: Item) -> Place:
    return valued_at(record), sequence_of(record)


def _sequence_before(chain: Chain, moment: int) -> int:
    """The number of the last record booked before `moment`; 0 when there is none."""
    last = chain.last_at(moment - 1) if moment > 0 else None
    return sequence_of(last) if last else 0


def _place(scope: str, text: str | None, *names: str) -> tuple[int, ...] | None:
    found = position(scope, text)
    if found is None:
        return None
    numbers = [found.get(name) for name in names]
    if not all(isinstance(number, int) and number >= 0 for number in numbers):
        raise InvalidCursor
    return tuple(number for number in numbers if isinstance(number, int))


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
