"""Which members of settlement windows a run has not seen yet. Reads only.

A payment becomes a member because of its own record, whatever the ledger has of it, so this is
where one shows that the ledger knows nothing of. A window is read once it has left the house, since
its members stay what they are from then on.
"""

from remit.kernel.clock import DAY, parse_rfc3339
from remit.kernel.value import value
from remit.reconciliation.ours import Span
from remit.reconciliation.records import Cut
from remit.reconciliation.runs import MOST_LINES, TooManyLines
from remit.settlement.model import Member
from remit.settlement.proof import PARTS
from remit.settlement.store import SettlementStore
from remit.store.item import Item, text

_LOOKS_BACK = 8 * DAY
"""How long before a statement's first day a window may have opened that it is looked for."""

_AT_ONCE = 100


@value
class Seen:
    """Members that were not seen before, the windows that have been `read` lately, and those that
    are `waiting` to be, by id.
    """

    members: tuple[Member, ...]
    read: tuple[str, ...]
    waiting: tuple[str, ...]


def members(store: SettlementStore, span: Span, before: Cut | None) -> Seen:
    """The members, in the currency, of windows that have left the house since the run before.

    Raises `TooManyLines`.
    """
    read = set(before.windows) if before else set[str]()
    lately = _opened_since(store, span)
    names = dict.fromkeys((*(before.waiting if before else ()), *lately))
    new = [name for name in names if name not in read]
    found, waiting, done = list[Member](), list[str](), list[str]()
    for start in range(0, len(new), _AT_ONCE):
        for kept in store.many(span.tenant, new[start : start + _AT_ONCE]):
            if kept.window.currency != span.currency:
                continue
            if not kept.is_final:
                waiting.append(kept.id)
                continue
            done.append(kept.id)
            for part in range(PARTS):
                found += store.members(span.tenant, kept.id, part)
                if len(found) > MOST_LINES:
                    raise TooManyLines
    return Seen(
        members=tuple(found),
        read=tuple(sorted({*done, *(read & set(lately))})),
        waiting=tuple(sorted(waiting)),
    )


def _opened_since(store: SettlementStore, span: Span) -> list[str]:
    """The tenant's windows that have opened lately, of any currency."""
    least = parse_rfc3339(f"{span.first}T00:00:00Z") - _LOOKS_BACK
    found = list[str]()
    start: Item | None = None
    while True:
        page = store.directory(span.tenant, limit=_AT_ONCE, start=start)
        for item in page.items:
            opened, _, name = text(item, "sk").partition("#")
            if int(opened) < least:
                return found
            found.append(name)
        start = page.next_key
        if start is None:
            return found
