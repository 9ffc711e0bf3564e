"""Put a new version of a list in force, once, with what it changes; the old one holds until then.

Order: read and check everything, write the objects, then move the pointer in one commit. Whoever
stops in between leaves objects that nothing points to, which the next try writes again the same.
"""

import json
from collections.abc import Callable, Mapping

from remit.kernel.canonical import canonical_json
from remit.kernel.clock import rfc3339
from remit.kernel.errors import Contended, Refusal
from remit.kernel.value import value
from remit.screening.index import Index, build
from remit.screening.lists.errors import MalformedList
from remit.screening.lists.sources import source as source_of
from remit.screening.model import Entry, version_of
from remit.screening.store import (
    ListVersion,
    ScreeningStore,
    changed_key,
    changes_key,
    index_key,
)
from remit.store.commit import Stale, commit

MAX_ENTRIES = 200_000
_ATTEMPTS = 5
_FEW = 10
_MOST_REMOVED_PERCENT = 20


class TooManyRemoved(Refusal):
    """So many entries are gone that the files are more likely cut short than right."""

    title = "The new version lacks too many entries"


@value
class Changes:
    """What a version changed against the one before: entry ids."""

    added: tuple[str, ...]
    changed: tuple[str, ...]
    removed: tuple[str, ...]


def load_list(
    store: ScreeningStore,
    source: str,
    parts: Mapping[str, bytes],
    *,
    at: int,
    by: str = "screening",
    accept_removals: bool = False,
) -> ListVersion:
    """Read `parts` (the list's files by name) and put them in force; the same again is the same.

    Raises `UnknownSource`, `MalformedList`, `ListTooLarge`, or `TooManyRemoved` unless removals are
    accepted: the version in force then stays. Of two at once one is first, the other is compared
    with it and comes next. Raises `Contended` when that does not end.
    """
    entries = _entries(source, parts)
    version = version_of({entry_id: one.hash for entry_id, one in entries.items()})
    index = None
    for _ in range(_ATTEMPTS):
        current = store.version(source)
        if current and current.id == version:
            return current
        if index is None:
            index = build(entries.values())
            store.put(index_key(source, version), index)
        found = _compared(store, current, entries)
        if not accept_removals:
            _check_removals(found, current)
        new = _described(source, version, entries, current, at=at)
        _put_changes(store, new, found, entries)
        try:
            commit(store.table.client, store.put_in_force(new, by=by))
        except Stale:
            continue
        return new
    raise Contended


def _entries(source: str, parts: Mapping[str, bytes]) -> dict[str, Entry]:
    found: dict[str, Entry] = {}
    for one in source_of(source).read(parts):
        if one.id in found:
            raise MalformedList(f"{source}: an entry's id is there twice")
        if len(found) >= MAX_ENTRIES:
            raise MalformedList(f"{source}: more than {MAX_ENTRIES} entries")
        found[one.id] = one
    if not found:
        raise MalformedList(f"{source}: there is no entry in it")
    return found


def _compared(
    store: ScreeningStore, current: ListVersion | None, entries: Mapping[str, Entry]
) -> Changes:
    before: Mapping[str, str] = {}
    if current:
        (shelf,) = Index.load(store.get(index_key(current.source, current.id))).shelves
        before = shelf.hashes()
    return Changes(
        added=tuple(sorted(entries.keys() - before.keys())),
        changed=tuple(
            sorted(
                one for one in entries.keys() & before.keys() if entries[one].hash != before[one]
            )
        ),
        removed=tuple(sorted(before.keys() - entries.keys())),
    )


def _check_removals(found: Changes, current: ListVersion | None) -> None:
    removed = len(found.removed)
    if current and removed > _FEW and removed * 100 > current.entries * _MOST_REMOVED_PERCENT:
        raise TooManyRemoved(f"{removed} of {current.entries} entries are gone")


def _described(
    source: str, version: str, entries: Mapping[str, Entry], current: ListVersion | None, *, at: int
) -> ListVersion:
    previous = current.id if current else None
    return ListVersion(
        source=source,
        id=version,
        previous=previous,
        sequence=current.sequence + 1 if current else 1,
        entries=len(entries),
        names=sum(len(one.names) for one in entries.values()),
        at=at,
        changes=changes_key(source, version, previous),
    )


def _put_changes(
    store: ScreeningStore, version: ListVersion, found: Changes, entries: Mapping[str, Entry]
) -> None:
    content = {
        "added": found.added,
        "changed": found.changed,
        "removed": found.removed,
    }
    store.put(version.changes, canonical_json(content).encode())
    changed = [entries[one] for one in (*found.added, *found.changed)]
    store.put(changed_key(version.changes), build(changed))


def changes(store: ScreeningStore, source: str, version: str) -> Changes:
    """The ids of what `version` added, changed and removed. Raises `VersionUnknown`."""
    read = json.loads(store.get(store.past(source, version).changes))
    return Changes(**{name: tuple(ids) for name, ids in read.items()})


def changed_index(store: ScreeningStore, source: str, version: str) -> Index:
    """The index of only those entries that `version` added or changed. Raises `VersionUnknown`."""
    return Index.load(store.get(changed_key(store.past(source, version).changes)))


def tell_once(
    store: ScreeningStore, version: ListVersion, send: Callable[[ListVersion], None], *, at: int
) -> None:
    """Have `send` tell those who rescreen of `version`, unless they are known to have heard.

    Nobody is told again once that is recorded; when it is not, the next try tells once more.
    """
    if version.told:
        return
    send(version)
    try:
        commit(store.table.client, [store.tell(version, at=at)])
    except Stale:
        return  # a newer version is in force, and has its own message


def list_view(version: ListVersion, *, now: int) -> dict[str, object]:
    """A version as clients see it (`schema.ListView`)."""
    return {
        "source": version.source,
        "version": version.id,
        "entries": version.entries,
        "names": version.names,
        "loaded_at": rfc3339(version.at),
        "age_seconds": max(0, now - version.at) // 1_000,
    }
