"""Close a business day of a currency: cut off, take every chain past it, tie out, lock.

A step at a time, each recorded, so that any call goes on where the last one stopped, and two at
once do no harm. Postings go on meanwhile: a transfer that meets a chain which is past the day is
booked on the next one, on both sides, so the chains' states at the end of the day are a
consistent cut, however long the closing takes.
"""

from collections.abc import Callable
from datetime import date
from http import HTTPStatus

from remit.kernel import clock
from remit.kernel.canonical import canonical_json
from remit.kernel.clock import rfc3339
from remit.kernel.errors import Contended, Refusal, Rejection, RemitError
from remit.ledger.chart import house_shards
from remit.ledger.days import Days, status_of
from remit.ledger.items import COUNTERS, account_after
from remit.ledger.model import Account, day_of
from remit.ledger.store import Ledger
from remit.ledger.tie_out import Sums
from remit.store import commit as unit_of_work
from remit.store.commit import Stale, commit, pause
from remit.store.idempotency import Answer, Command, answer_once
from remit.store.item import Item, integer, text
from remit.store.table import Table
from remit.store.write import Write

BATCH = 50
"""Accounts between two records of how far the closing has come."""


class InvalidDay(Rejection):
    """That is no day of the calendar, written as an ISO date."""

    title = "The day is not an ISO date"


class DayNotBegun(Refusal):
    """The day lies ahead."""

    title = "The day has not begun"


class DayPassed(Refusal):
    """A later day was closed first, and this one with it."""

    status = 409
    title = "The day was closed together with a later one"


class EarlierDayUnfinished(Rejection):
    """The closing of an earlier day has begun and must come to its end first."""

    status = 409
    title = "An earlier day is still being closed"


class DayClosing(Rejection):
    """The closing goes on: nothing is stored under the key; send the same request again."""

    status = 409
    title = "The day is still being closed"


class OutOfBalance(RemitError):
    """The day's debits and credits differ: it is not tied out until the books are right."""

    title = "The books do not balance"


def close_day(
    ledger: Ledger, idempotency: Table, command: Command, *, day: str, currency: str, until: int
) -> Answer:
    """Close `day` and answer 200 with it locked (`schema.DayView`), once per key.

    Works until the clock shows `until` (milliseconds) at most, then raises `DayClosing`. Raises
    `DayNotBegun`, `DayPassed` (stored), `EarlierDayUnfinished` or `OutOfBalance`.
    """

    _check(day)

    def act() -> tuple[Answer, list[Write]]:
        body = canonical_json(_advance(ledger, command, day, currency, until))
        return Answer(status=HTTPStatus.OK, body=body), []

    return answer_once(idempotency, command, act)


def look(ledger: Ledger, tenant: str, *, day: str, currency: str) -> dict[str, object]:
    """What became of `day` (`schema.DayView`)."""
    _check(day)
    days = ledger.days(tenant, currency)
    record = days.of(day)
    if record is None and days.has_passed(day) and days.newest is not None:
        # Later days were closed alone: this one ended with the first of them.
        return _view(day, currency, None) | {"status": "LOCKED"}
    return _view(day, currency, record)


def _check(day: str) -> None:
    try:
        valid = date.fromisoformat(day).isoformat() == day
    except ValueError:
        valid = False
    if not valid:
        raise InvalidDay


def _advance(
    ledger: Ledger, command: Command, day: str, currency: str, until: int
) -> dict[str, object]:
    if day > day_of(command.now):
        raise DayNotBegun
    for attempt in range(unit_of_work.ATTEMPTS):
        try:
            return _close(ledger, command, day, currency, lambda: clock.now() >= until)
        except Stale:
            pause(attempt)
    raise Contended


def _close(
    ledger: Ledger, command: Command, day: str, currency: str, is_late: Callable[[], bool]
) -> dict[str, object]:
    has_moved = False
    while True:
        days = ledger.days(command.tenant, currency)
        record = days.of(day)
        status = status_of(record)
        if status == "LOCKED":
            return _view(day, currency, record)
        # Every call gets a step done, however late it is, so that calls come to an end.
        if has_moved and is_late():
            raise DayClosing
        _check_turn(days, day)
        commit(ledger.table.client, [days.append(_next(ledger, command, days, day, currency))])
        has_moved = True


def _check_turn(days: Days, day: str) -> None:
    if days.newest is None or text(days.newest, "day") == day:
        return
    if days.has_passed(day):
        raise DayPassed
    if status_of(days.newest) != "LOCKED":
        raise EarlierDayUnfinished


def _next(ledger: Ledger, command: Command, days: Days, day: str, currency: str) -> Item:
    """The day's next record, once what it says is true."""
    stamp: Item = {"day": day, "at": command.now, "by": command.actor, "why": f"close {day}"}
    record = days.newest if days.newest and days.newest["day"] == day else None
    if record is None:
        nothing = Sums().as_item()
        return stamp | nothing | {"done": "", "status": "CUTOFF", "complete": False}
    sums = Sums.of(record).as_item() | {"done": record["done"]}
    if status_of(record) == "TIED_OUT":
        return stamp | sums | {"status": "LOCKED"}
    if record["complete"]:
        _check_balanced(record)
        return stamp | sums | {"status": "TIED_OUT"}
    return stamp | {"status": "CUTOFF"} | _sweep(ledger, command, record, day, currency)


def _sweep(ledger: Ledger, command: Command, record: Item, day: str, currency: str) -> Item:
    """Take the next accounts past the day, and add up what they held at its end."""
    done, limit = text(record, "done"), BATCH
    pk = f"{command.tenant}#accounts"
    page = ledger.accounts(
        command.tenant, limit=limit, start={"pk": pk, "sk": done} if done else None
    )
    names = [text(item, "sk") for item in page.items if item["currency"] == currency]
    if page.next_key is None:
        names += house_shards(currency)
    sums = Sums.of(record)
    for name in names:
        state = _state_at_end(ledger, command, name, day)
        if state is not None:
            sums = sums.with_account(state)
    last = text(page.items[-1], "sk") if page.items else done
    return sums.as_item() | {"done": last, "complete": page.next_key is None}


def _state_at_end(ledger: Ledger, command: Command, name: str, day: str) -> Account | None:
    """The account's last state of `day` or before; nothing can be booked on it there any more.

    None when its chain begins later. What another call has done already is not done again.
    """
    chain = ledger.chain(command.tenant, name)
    for attempt in range(unit_of_work.ATTEMPTS):
        newest = chain.newest().items
        if not newest:
            return None
        state = account_after(command.tenant, name, newest[0])
        if state.day > day:
            last = chain.last_where(lambda record: text(record, "day") <= day)
            return account_after(command.tenant, name, last) if last else None
        try:
            write = ledger.end_day(state, day, by=command.actor, at=command.now)
            commit(ledger.table.client, [write])
        except Stale:
            pause(attempt)
        else:
            return state
    raise Contended


def _check_balanced(record: Item) -> None:
    if (
        record["debits_posted"] != record["credits_posted"]
        or record["debits_pending"] != record["credits_pending"]
    ):
        raise OutOfBalance


def _view(day: str, currency: str, record: Item | None) -> dict[str, object]:
    status = status_of(record)
    tied = record if record and status in ("TIED_OUT", "LOCKED") else None
    totals = {name: tied[name] for name in COUNTERS} if tied else None
    return {
        "date": day,
        "currency": currency,
        "status": status,
        "accounts": record["accounts"] if record else 0,
        "hash": tied["hash"] if tied else None,
        "trial_balance": totals,
        "changed_at": rfc3339(integer(record, "at")) if record else None,
    }
