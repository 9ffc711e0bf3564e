"""Bugs to be planted in the ledger: holds and their ends, reversals, rules of accounts, days."""

from collections.abc import Callable
from dataclasses import replace
from typing import Any

from remit.ledger import close_day, days, model, phases, store
from remit.ledger import transfer as by_hand
from remit.ledger.refusals import MoreThanPosted
from remit.store import write
from remit.store.commit import commit
from tests.simulation import present

Replacement = tuple[Any, str, Any]
Bug = Callable[[], list[Replacement]]

BUGS: dict[str, Bug] = {}


def bug(make: Bug) -> Bug:
    """Register a bug under its name."""
    BUGS[make.__name__] = make
    return make


# Holds and their ends.


@bug
def posted_without_looking_at_expiry() -> list[Replacement]:
    """A hold whose time is over may still be posted."""

    def ended(end: Any, found: Any) -> Any:
        if end.outcome == "posted" and found.expires_at is not None:
            end = replace(end, at=min(end.at, found.expires_at - 1))
        return _ended(end, found)

    def not_reached(table: str, key: Any, attribute: str, _: int, *, reached: Any) -> Any:
        return _not_reached(table, key, attribute, 0, reached=reached)

    _ended, _not_reached = phases._ended, write.not_reached
    return [(phases, "_ended", ended), (store, "not_reached", not_reached)]


@bug
def posted_more_than_is_held() -> list[Replacement]:
    """What is posted is not compared with what is held."""
    return [(phases, "_posting", lambda end, found: end.amount or found.total)]


@bug
def voided_after_it_was_posted() -> list[Replacement]:
    """A hold that has an end may be voided all the same."""

    def ended(end: Any, found: Any) -> Any:
        return _ended(end, replace(found, resolution=None) if end.outcome == "voided" else found)

    def done(self: Any, end: Any, step: Any) -> Any:
        first, *others = _done(self, end, step)
        return [replace(first, request=without_condition(first.request)), *others]

    _ended, _done = phases._ended, store.Ledger._ended
    return [(phases, "_ended", ended), (store.Ledger, "_ended", done)]


@bug
def hold_left_without_its_line() -> list[Replacement]:
    """Nothing is written by which the sweep could find the hold."""

    def done(self: Any, step: Any) -> Any:
        return [each for each in _done(self, step) if "due#" not in each.target[1]]

    _done = store.Ledger._done
    return [(store.Ledger, "_done", done)]


@bug
def rest_of_a_part_stays_held() -> list[Replacement]:
    """Posting a part frees that part, and not the rest."""

    def release(found: Any) -> Any:
        part = found.posted or found.total
        return tuple(replace(each, held=-min(part, -each.held)) for each in _release(found))

    _release = phases._release
    return [(phases, "_release", release)]


@bug
def hold_made_in_a_minute_that_was_swept() -> list[Replacement]:
    """A clock that is far behind makes a hold which nobody will ever look for."""
    return [(phases, "_check_expiry", lambda hold, _: _check(hold, 0))]


_check = phases._check_expiry


@bug
def hold_does_not_bind_the_money() -> list[Replacement]:
    """What is held may be spent once more."""
    available = property(lambda self: self.posted)
    return [(model.Account, "available", available)]


# Transfers and reversals.


@bug
def reversed_beyond_what_was_posted() -> list[Replacement]:
    """The sum of reversals is not compared with what was posted."""

    def taken_back(transfer: Any, found: Any) -> Any:
        try:
            return _taken_back(transfer, found)
        except MoreThanPosted:
            taken = sum(leg.amount for leg in transfer.legs if leg.side == "debit")
            more = {"reversed": found.reversed + taken, "reversals": found.reversals + 1}
            return replace(found, **more)

    _taken_back = phases._taken_back
    return [(phases, "_taken_back", taken_back)]


@bug
def hand_transfer_id_by_chance() -> list[Replacement]:
    """The id of a transfer by hand does not derive from its key, so a key forgotten moves again."""

    def derived(prefix: str, *cause: str) -> str:
        return _derive(prefix, *cause, str(present.world().chance.random()))

    _derive = by_hand.derive
    return [(by_hand, "derive", derived)]


@bug
def linked_operations_committed_apart() -> list[Replacement]:
    """The first of several operations is committed before the others are decided."""

    def decide(self: Any, tenant: str, operations: Any, **more: Any) -> Any:
        steps, writes = _decide(self, tenant, operations[:1], **more)
        if len(operations) > 1:
            commit(self.table.client, writes)
            others, writes = _decide(self, tenant, operations[1:], **more)
            steps = [*steps, *others]
        return steps, writes

    _decide = store.Ledger.decide
    return [(store.Ledger, "decide", decide)]


# Rules of accounts.


def _unchecked(refusal: Any) -> list[Replacement]:
    return [(model, "CHECKS", tuple(each for each in model.CHECKS if each[0] is not refusal))]


@bug
def frozen_account_not_looked_at() -> list[Replacement]:
    """A frozen account moves money like any other."""
    return _unchecked(model.AccountFrozen)


@bug
def limit_not_looked_at() -> list[Replacement]:
    """An account takes more than it may hold."""
    return _unchecked(model.LimitExceeded)


@bug
def closed_account_not_looked_at() -> list[Replacement]:
    """A closed account moves money like any other."""
    return _unchecked(model.AccountClosed)


@bug
def rule_forgotten_by_the_next_entry() -> list[Replacement]:
    """An entry starts again from an account without rules."""

    def moved(effects: Any, accounts: Any, **more: Any) -> Any:
        after = _move(effects, accounts, **more)
        return tuple(replace(each, rules=model.Rules()) for each in after)

    _move = phases.move
    return [(phases, "move", moved)]


# Days.


@bug
def day_of_the_chain_not_looked_at() -> list[Replacement]:
    """An entry is booked on the day it comes, though the account is past it."""

    def moved(effects: Any, accounts: Any, *, currency: str, at: int) -> Any:
        after = _move(effects, accounts, currency=currency, at=at)
        return tuple(replace(each, day=model.day_of(at)) for each in after)

    _move = phases.move
    return [(phases, "move", moved)]


@bug
def day_of_each_side_alone() -> list[Replacement]:
    """Each side of a transfer is booked on the day of its own account."""

    def moved(effects: Any, accounts: Any, *, currency: str, at: int) -> Any:
        after = _move(effects, accounts, currency=currency, at=at)
        own = [max(model.day_of(at), accounts[each.id].day) for each in after]
        return tuple(replace(each, day=day) for each, day in zip(after, own, strict=True))

    _move = phases.move
    return [(phases, "move", moved)]


@bug
def day_locked_without_a_tie_out() -> list[Replacement]:
    """When all accounts are past the day it is locked at once."""

    def following(*arguments: Any) -> Any:
        made = _next(*arguments)
        return made | ({"status": "LOCKED"} if made["status"] == "TIED_OUT" else {})

    _next = close_day._next
    return [(close_day, "_next", following)]


@bug
def day_closed_with_chains_left_open() -> list[Replacement]:
    """The close sums accounts up and does not take them past the day."""

    def state(ledger: Any, command: Any, name: str, day: str) -> Any:
        newest = ledger.chain(command.tenant, name).newest().items
        return close_day.account_after(command.tenant, name, newest[0]) if newest else None

    return [(close_day, "_state_at_end", state)]


@bug
def chains_begin_on_a_day_that_is_closed() -> list[Replacement]:
    """A chain that begins does not look at what has become of the day."""
    kept = {"pk": "nothing", "sk": "nothing"}

    def unchanged(self: Any) -> Any:
        return write.absent(self.chain.table.name, kept, found=lambda _: store.Stale())

    return [
        (days.Days, "first_open", property(lambda _: "")),
        (days.Days, "unchanged", unchanged),
    ]


def without_condition(request: Any) -> dict[str, Any]:
    """A write's parameters without its condition."""
    taken = {"ConditionExpression", "ReturnValuesOnConditionCheckFailure"}
    return {name: content for name, content in request.items() if name not in taken}
