"""Looking at windows: one, many, and the members of one. Changes nothing."""

from remit.kernel.clock import rfc3339
from remit.kernel.ids import is_id
from remit.kernel.page import InvalidCursor, Position, cursor, position
from remit.settlement import items
from remit.settlement.computed import Total
from remit.settlement.join import opened
from remit.settlement.kept import Kept, WindowUnknown
from remit.settlement.model import Member, Window
from remit.settlement.proof import PARTS
from remit.settlement.schema import MembersQuery, WindowsQuery
from remit.settlement.store import SettlementStore
from remit.settlement.stray import counting
from remit.settlement.timetable import open_now
from remit.store.item import Item, text


def one(store: SettlementStore, tenant: str, window_id: str, *, now: int) -> dict[str, object]:
    """The window (`schema.WindowView`); one that is open is there before its first member.

    Raises `WindowUnknown`.
    """
    kept = known(store, tenant, window_id, now=now)
    return window_view(kept, store.total(kept) if kept.count is not None else None)


def many(store: SettlementStore, tenant: str, asked: WindowsQuery) -> dict[str, object]:
    """A page of the tenant's windows (`schema.WindowsView`). Raises `InvalidCursor`."""
    scope = "settlement-windows"
    start: Item | None = None
    after = position(scope, asked.cursor)
    if after is not None:
        start = {"pk": f"{tenant}#windows", "sk": str(after.get("after"))}
    page = store.directory(tenant, limit=asked.limit, start=start)
    ids = [text(item, "sk").partition("#")[2] for item in page.items]
    last = {"after": text(page.next_key, "sk")} if page.next_key else None
    return {
        "items": [window_view(kept, None) for kept in store.many(tenant, ids)],
        "next_cursor": cursor(scope, last),
    }


def members(
    store: SettlementStore, tenant: str, window_id: str, asked: MembersQuery, *, now: int
) -> dict[str, object]:
    """A page of a window's members (`schema.MembersView`), as far as they count in it.

    A page may be short, or empty, before the end. Raises `WindowUnknown` or `InvalidCursor`.
    """
    kept = known(store, tenant, window_id, now=now)
    scope = f"settlement-windows {window_id}"
    part, after = _place(position(scope, asked.cursor))
    counted: list[Member] = []
    left = asked.limit
    while part < PARTS and left > 0:
        start: Item | None = None
        if after:
            start = {"pk": items.part_pk(tenant, window_id, part), "sk": after}
        page = store.members_page(tenant, kept.id, part, limit=left, start=start)
        here = [items.member_of(item) for item in page.items if "later" not in item]
        counted += counting(store, kept, part, here) if here else []
        left -= len(page.items)
        after = text(page.next_key, "sk") if page.next_key else ""
        part += 0 if page.next_key else 1
    place: dict[str, Position] | None = {"part": part, "after": after} if part < PARTS else None
    return {
        "items": [_member_view(member) for member in counted],
        "next_cursor": cursor(scope, place),
    }


def known(store: SettlementStore, tenant: str, window_id: str, *, now: int) -> Kept:
    """The window as it is kept, or as it is while it is open and empty. Raises `WindowUnknown`."""
    if not is_id("win", window_id):
        raise WindowUnknown
    kept = store.find(tenant, window_id)
    if kept is not None:
        return kept
    for window in open_now(store, tenant, now):
        if window.id == window_id:
            return opened(tenant, window, at=window.opens_at, by="schedule")
    raise WindowUnknown


def window_view(kept: Kept, total: Total | None) -> dict[str, object]:
    """A window as the API shows it."""
    return _facts(kept.window) | {
        "mode": kept.mode,
        "status": kept.status,
        "members": kept.count,
        "hash": kept.hash,
        "positions": _positions(total) if total else None,
        "history": [
            {"status": each.status, "at": rfc3339(each.at), "by": each.by} for each in kept.history
        ],
    }


def _facts(window: Window) -> dict[str, object]:
    return {
        "id": window.id,
        "rail": window.rail,
        "currency": window.currency,
        "opens_at": rfc3339(window.opens_at),
        "closes_at": rfc3339(window.closes_at),
        "seals_at": rfc3339(window.seals_at),
        "day": window.day,
        "cutoff": window.cutoff,
        "calendar": window.calendar,
        "cutoffs": window.cutoffs,
    }


def _positions(total: Total) -> list[dict[str, object]]:
    return [
        {
            "participant": each.participant,
            "debits": each.debits,
            "credits": each.credits,
            "net": each.net,
        }
        for each in total.positions
    ]


def _member_view(member: Member) -> dict[str, object]:
    return {
        "id": member.id,
        "payer": member.payer,
        "payee": member.payee,
        "amount": member.amount,
        "counted_at": rfc3339(member.counted_at),
        "held_on": member.held_on,
        "is_void": member.is_void,
    }


def _place(found: object) -> tuple[int, str]:
    if found is None:
        return 0, ""
    part = found.get("part") if isinstance(found, dict) else None
    after = found.get("after") if isinstance(found, dict) else None
    if not isinstance(part, int) or not isinstance(after, str) or not 0 <= part < PARTS:
        raise InvalidCursor
    return part, after
