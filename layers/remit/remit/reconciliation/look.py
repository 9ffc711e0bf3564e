"""Looking at runs and breaks, page by page."""

from collections.abc import Mapping
from dataclasses import asdict

from remit.kernel.page import InvalidCursor, PageQuery, cursor, position
from remit.reconciliation.desk import Desk
from remit.reconciliation.kept import Kept, break_view, kept_break
from remit.reconciliation.runs import run_view
from remit.reconciliation.schema_breaks import BreaksQuery
from remit.reconciliation.store import ReconciliationStore
from remit.store.item import Item, text

_AT_ONCE = 100
_MOST_PAGES = 20
"""Pages of breaks that are read for one page of those that are asked for."""


def runs(store: ReconciliationStore, tenant: str, asked: PageQuery) -> dict[str, object]:
    """A page of runs, newest first (`schema.RunList`). Raises `InvalidCursor`."""
    scope = "reconciliations"
    start = _start(f"{tenant}#runs", scope, asked.cursor)
    page = store.runs(tenant, limit=asked.limit, start=start)
    found = store.many(tenant, [text(item, "sk").partition("#")[2] for item in page.items])
    last = {"after": text(page.items[-1], "sk")} if page.items and page.next_key else None
    return {"items": [run_view(run) for run in found], "next_cursor": cursor(scope, last)}


def run(desk: Desk, tenant: str, run_id: str, asked: PageQuery) -> dict[str, object]:
    """A run with its sums, the breaks it found, and a page of its matches (`schema.RunDetail`).

    Raises `ReconciliationNotFound` or `InvalidCursor`.
    """
    found = desk.store.get(tenant, run_id)
    scope = f"reconciliation {run_id}"
    after = _after(position(scope, asked.cursor))
    if not found.result_key:
        none: dict[str, object] = {"nostro": None, "totals": [], "found": [], "items": []}
        return run_view(found) | none | {"next_cursor": None}
    result = desk.result(found)
    until = after + asked.limit
    last = {"after": until} if until < len(result.matches) else None
    return run_view(found) | {
        "nostro": desk.looked(found).cut.balance,
        "totals": [asdict(total) for total in result.totals],
        "found": [each.id for each in result.breaks],
        "items": [asdict(match) for match in result.matches[after:until]],
        "next_cursor": cursor(scope, last),
    }


def breaks(
    store: ReconciliationStore, tenant: str, asked: BreaksQuery, *, now: int
) -> dict[str, object]:
    """A page of the breaks asked for, in the order of ids (`schema_breaks.BreakList`).

    Among many others it may be short; the list ends where there is no cursor. Raises
    `InvalidCursor`.
    """
    scope = f"breaks {asked.status} {asked.type} {asked.owner}"
    start = _start(f"{tenant}#breaks", scope, asked.cursor)
    found = list[Kept]()
    for _ in range(_MOST_PAGES):
        page = store.all_breaks(tenant, limit=_AT_ONCE, start=start)
        for item in page.items:
            start = {"pk": item["pk"], "sk": item["sk"]}
            kept = kept_break(item)
            if _is_asked(kept, asked):
                found.append(kept)
            if len(found) == asked.limit:
                break
        whole = len(found) < asked.limit and page.next_key is None
        if whole or len(found) == asked.limit:
            break
    ended = whole or (page.next_key is None and start == _last(page.items))
    last = None if ended or start is None else {"after": text(start, "sk")}
    views = [break_view(kept, now=now) for kept in found]
    return {"items": views, "next_cursor": cursor(scope, last)}


def one_break(
    store: ReconciliationStore, tenant: str, break_id: str, *, now: int
) -> dict[str, object]:
    """One break (`schema_breaks.BreakView`). Raises `BreakNotFound`."""
    return break_view(store.break_(tenant, break_id), now=now)


def _is_asked(kept: Kept, asked: BreaksQuery) -> bool:
    tracked = kept.tracked
    return (
        asked.status in (None, tracked.status)
        and asked.type in (None, tracked.found.type)
        and asked.owner in (None, tracked.owner)
    )


def _last(items: tuple[Item, ...]) -> Item | None:
    return {"pk": items[-1]["pk"], "sk": items[-1]["sk"]} if items else None


def _start(pk: str, scope: str, given: str | None) -> Item | None:
    found = position(scope, given)
    if found is None:
        return None
    after = found.get("after")
    if not isinstance(after, str) or not after:
        raise InvalidCursor
    return {"pk": pk, "sk": after}


def _after(found: Mapping[str, str | int] | None) -> int:
    after = found.get("after") if found else 0
    if not isinstance(after, int) or after < 0:
        raise InvalidCursor
    return after
