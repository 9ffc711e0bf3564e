"""What a person does to a window: close it, fund it, have it go on. Each once per key."""

from collections.abc import Sequence
from dataclasses import replace
from http import HTTPStatus

from remit.kernel.canonical import canonical_json
from remit.kernel.clock import SECOND
from remit.kernel.errors import Refusal
from remit.kernel.ids import derive
from remit.ledger.chart import house_account_id
from remit.ledger.model import Transfer, between
from remit.settlement.desk import Desk
from remit.settlement.kept import Kept
from remit.settlement.look import known, window_view
from remit.settlement.model import NotNow
from remit.settlement.schema import Funding, Resumption, WindowToClose
from remit.settlement.store import SettlementStore
from remit.settlement.timetable import window_of
from remit.store.idempotency import Answer, Command, answer_once
from remit.store.table import Table
from remit.store.write import Write

LEAD = 2 * SECOND
"""How far ahead an early cut-off lies: no commit that stores it may take longer to be seen."""


class WindowStillOpen(Refusal):
    """The window's end has not come; an early cut-off has to be asked for."""

    status = 409
    title = "The window is still open"


def close_window(
    store: SettlementStore,
    idempotency: Table,
    command: Command,
    window_id: str,
    request: WindowToClose,
) -> Answer:
    """Answer 202 with the window, whose machine the caller then starts.

    `early` ends an open window in a moment, by a cut-off that is stored and holds for whoever
    computes windows from then on. Refuses with `WindowStillOpen`; raises `WindowUnknown`.
    """

    def act() -> tuple[Answer, Sequence[Write]]:
        kept, now = known(store, command.tenant, window_id, now=command.now), command.now
        facts = kept.window
        window = window_of(store, command.tenant, facts.rail, facts.currency, facts.opens_at)
        writes: list[Write] = []
        if store.find(command.tenant, window_id) is None:
            writes += store.open(kept)
        if kept.status == "OPEN" and now < window.closes_at:
            if not request.early:
                raise WindowStillOpen
            moment = max(now, window.opens_at) + LEAD
            if moment < window.closes_at:
                writes += _cut(store, command, kept, moment, is_new=bool(writes))
                window = replace(window, closes_at=moment)
        shown = replace(kept, window=window) if kept.status == "OPEN" else kept
        return _answer(HTTPStatus.ACCEPTED, shown), writes

    return answer_once(idempotency, command, act)


def fund(
    desk: Desk, idempotency: Table, command: Command, window_id: str, request: Funding
) -> Answer:
    """Book what was moved to the settlement bank, and have the window checked again; answers 200.

    Refuses with `NotNow` unless the window is short. Raises `WindowUnknown`.
    """

    def act() -> tuple[Answer, Sequence[Write]]:
        kept = desk.store.get(command.tenant, window_id)
        after = kept.after("funded", at=command.now, by=command.actor)
        moves = desk.ledger.post(_funding(desk, kept, command, request))
        return _answer(HTTPStatus.OK, after), [desk.store.change(kept, after), *moves]

    return answer_once(idempotency, command, act)


def resume(
    store: SettlementStore,
    idempotency: Table,
    command: Command,
    window_id: str,
    _: Resumption,
) -> Answer:
    """Have a window go on that waits for a person; answers 200 with it.

    One that is short is checked again. What was rejected is ordered anew; what was never answered
    is sent again, as the same message. Refuses with `NotNow`. Raises `WindowUnknown`.
    """

    def act() -> tuple[Answer, Sequence[Write]]:
        kept = store.get(command.tenant, window_id)
        if kept.status == "SHORT":
            after = kept.after("funded", at=command.now, by=command.actor)
        elif kept.status in ("PART_FAILED", "REJECTED") or _is_unanswered(kept):
            after = replace(kept, again=True)
        else:
            raise NotNow(f"nobody is waited for in {kept.status}")
        return _answer(HTTPStatus.OK, after), [store.change(kept, after)]

    return answer_once(idempotency, command, act)


def _is_unanswered(kept: Kept) -> bool:
    return kept.status == "INSTRUCTED" and kept.waits == "person"


def _cut(
    store: SettlementStore, command: Command, kept: Kept, moment: int, *, is_new: bool
) -> list[Write]:
    """Store the cut-off, unless the window is sealed meanwhile: by then its bounds stand."""
    facts = kept.window
    who = {"by": command.actor, "at": command.now}
    cut = store.cut(command.tenant, facts.rail, facts.currency, moment, **who)  # type: ignore[arg-type]
    return [cut] if is_new else [cut, store.change(kept, kept)]


def _funding(desk: Desk, kept: Kept, command: Command, request: Funding) -> Transfer:
    identifier = derive("tr", command.id, "fund")
    currency = kept.window.currency
    outside = house_account_id("external", currency=currency, cause=identifier, at=command.now)
    return Transfer(
        id=identifier,
        tenant=command.tenant,
        currency=currency,
        legs=between(desk.books(kept, at=command.now).nostro, outside, request.amount),
        kind="funding",
        reference=request.reason,
        by=command.actor,
        at=command.now,
    )


def _answer(status: HTTPStatus, kept: Kept) -> Answer:
    return Answer(status=status, body=canonical_json(window_view(kept, None)))
