"""An operator's search for a name: screens nobody, and leaves but a record of who searched."""

from remit.kernel.clock import rfc3339
from remit.kernel.ids import timed
from remit.screening.model import Party, screening_view
from remit.screening.schema import Search
from remit.screening.screen import screen
from remit.screening.store import ScreeningStore
from remit.store.commit import commit
from remit.store.item import Item, Plain


def search(
    store: ScreeningStore, asked: Search, *, tenant: str, by: str, request_id: str, now: int
) -> dict[str, object]:
    """What is found (`schema.SearchView`), after it was recorded who searched."""
    party = Party(
        name=asked.name,
        kind=asked.kind,
        birth_year=asked.birth_year,
        nationality=asked.nationality,
    )
    found = screen(store, tenant, None, party, at=now)
    identifier = timed("search", now, tenant, by, request_id)
    told: Item = {
        "at": now,
        "by": by,
        "why": request_id,
        "hits": len(found.hits),
        "lists": dict[str, Plain](found.lists),
    }
    commit(store.table.client, [store.record_search(tenant, identifier, told)])
    view = screening_view(found)
    shown = {name: view[name] for name in ("outcome", "hits", "lists", "policy")}
    return shown | {"searched_at": rfc3339(now)}
