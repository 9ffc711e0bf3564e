"""The state *Instruct settlement*: order what we owe, and are owed, at the settlement bank.

`INSTRUCTED` is committed before anything is sent: from then on the window is what it is, and only
answers move it. Sending is at least once, as the same message, which the bank knows again.
"""

from collections.abc import Callable, Mapping
from dataclasses import replace

from remit.kernel.value import value
from remit.rails.link import Line
from remit.settlement.computed import Computed
from remit.settlement.confirm import evaluate
from remit.settlement.desk import Desk
from remit.settlement.kept import Kept
from remit.settlement.order_message import identifier, message
from remit.settlement.orders import Order, anew, gross_orders, net_orders
from remit.settlement.proof import PARTS
from remit.settlement.walk import change, walk
from remit.store.commit import commit

BY = "settlement"
MOST_ASKS = 4
"""So often all that is unanswered is sent; then a person is called."""

ALL_SENT = "~"
"""Later than every order's id."""

_AT_ONCE = 40
"""Orders in one commit, each of two writes."""

Lines = Mapping[str, Line]
IsLate = Callable[[], bool]


@value
class Instructed:
    """Where the window is, and how many messages this call has sent."""

    status: str
    sent: int = 0


def instruct(
    desk: Desk, lines: Lines, *, tenant: str, window_id: str, now: int, is_late: IsLate
) -> Instructed:
    """Go on with instructing the window until all is sent, or it `is_late`: then `instructing`.

    `instructed` when an answer has to be waited for, `unanswered` when none came to all asking.
    Raises `WindowUnknown`, `Contended` or `Unavailable`.
    """

    def move(kept: Kept) -> Instructed:
        if kept.status == "COMPUTED":
            return _prepare(desk, kept, now, is_late)
        if kept.status in ("REJECTED", "PART_FAILED") and kept.again:
            return _renew(desk, kept, now, is_late)
        if kept.status == "INSTRUCTED":
            return _send(desk, lines, kept, now, is_late)
        return Instructed(status=kept.status.lower())

    found = Instructed(status="prepared")
    while found.status == "prepared":
        found = walk(desk.store, tenant, window_id, move)
    if found.status == "instructed":
        return replace(found, status=evaluate(desk.store, tenant, window_id, now=now).lower())
    return found


def _prepare(desk: Desk, kept: Kept, now: int, is_late: IsLate) -> Instructed:
    """Put the orders, then say that the window is instructed: its members stand from here on."""
    store = desk.store
    if kept.mode == "net":
        total = store.total(kept)
        positions = total.positions if total else ()
        orders = net_orders(kept, positions, ours=desk.ours, agent=desk.agent)
        _put(desk, kept, orders, now)
    else:
        for number in range(int(kept.done or 0), PARTS):
            if is_late():
                change(store, kept, kept.going(done=str(number)))
                return Instructed(status="instructing")
            (part,) = store.parts(kept, range(number, number + 1))
            _put(desk, kept, _gross(desk, kept, part, number), now)
    change(store, kept, _sent_out(kept, now))
    return Instructed(status="prepared")


def _gross(desk: Desk, kept: Kept, part: Computed | None, number: int) -> list[Order]:
    if part is None:
        raise LookupError("a computed window has its parts")
    # Whoever has come since is in the parts of another round, if it counts here at all.
    found = desk.store.members(kept.tenant, kept.id, number)
    return gross_orders(kept, (each for each in found if part.has(each.id)), ours=desk.ours)


def _put(desk: Desk, kept: Kept, orders: list[Order], now: int) -> None:
    for start in range(0, len(orders), _AT_ONCE):
        desk.store.prepare(kept, orders[start : start + _AT_ONCE], at=now)


def _sent_out(kept: Kept, now: int) -> Kept:
    return kept.going().after("instructed", at=now, by=BY, done="", asked=1, again=False)


def _renew(desk: Desk, kept: Kept, now: int, is_late: IsLate) -> Instructed:
    """A person wants what was rejected to be ordered again: as new orders to the bank."""
    store = desk.store
    for order in store.all_orders(kept):
        if is_late():
            return Instructed(status="instructing")
        if order.answer == "rejected":
            commit(store.table.client, store.anew(kept, anew(kept, order), at=now))
    change(store, kept, _sent_out(kept, now))
    return Instructed(status="prepared")


def _send(desk: Desk, lines: Lines, kept: Kept, now: int, is_late: IsLate) -> Instructed:
    store = desk.store
    if kept.done == ALL_SENT:
        if kept.asked >= MOST_ASKS and not kept.again:
            return Instructed(status="unanswered")
        asked = 1 if kept.again else kept.asked + 1
        change(store, kept, kept.going(done="", asked=asked, again=False))
        return Instructed(status="prepared")
    sent, done, more = 0, kept.done, True
    while more and not is_late():
        orders, place = store.orders(kept, above=done, limit=_AT_ONCE)
        for order in orders:
            if not order.answer:
                body = message(order, kept.window, at=kept.history[-1].at)
                lines[kept.window.rail].send(identifier(order), body, now=now)
                sent += 1
        done, more = (place, True) if place else (ALL_SENT, False)
    change(store, kept, kept.going(done=done))
    return Instructed(status="instructing" if more else "instructed", sent=sent)
