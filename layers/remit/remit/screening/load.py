"""Put a new version of a list in force, once, with what it changes; the old one holds until then.

Order: read and check everything, write the objects, then move the pointer in one commit. Whoever
stops in between leaves objects that nothing points to, which the next try writes again the same.
"""

import json
from collections.abc import Callable, Mapping
from dataclasses import replace

from remit.kernel.canonical import canonical_json
from remit.kernel.clock import rfc3339
from remit.kernel.errors import Contended, Refusal
from remit.kernel.value import value
from remit.screening.index import Index, build
from remit.screening.lists.errors import ListTooLarge, MalformedList
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


class OlderThanInForce(Refusal):
    """What is in force was uploaded later: an old upload that comes again takes nothing back."""

    status = 409
    title = "A newer upload is in force"


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
    uploaded_at: int | None = None,
    accept_removals: bool = False,
) -> ListVersion:
    """Read `parts` (the list's files by name) and put them in force; the same again is the same.

    `uploaded_at` says how new they are, if not as new as `at`. Raises `OlderThanInForce`,
    `UnknownSource`, `MalformedList`, `ListTooLarge`, or `TooManyRemoved` unless removals are
    accepted: the version in force then stays. Of two at once one is first, the other is compared
    with it and comes next. Raises `Contended` when that does not end.
    """
    read = _read(source, parts, at=at, uploaded_at=at if uploaded_at is None else uploaded_at)
    for _ in range(_ATTEMPTS):
        current = store.version(source)
        if current and read.uploaded_at < current.uploaded_at:
            raise OlderThanInForce
        try:
            if current and current.id == read.id:
                return _confirmed(store, current, uploaded_at=read.uploaded_at)
            return _put_in_force(store, read, current, by=by, accept_removals=accept_removals)
        except Stale:
            continue
    raise Contended


@value
class _Read:
    """A list as it was read, not in force yet."""

    source: str
    id: str
    entries: Mapping[str, Entry]
    at: int
    uploaded_at: int


def _read(source: str, parts: Mapping[str, bytes], *, at: int, uploaded_at: int) -> _Read:
    entries = _entries(source, parts)
    version = version_of({entry_id: one.hash for entry_id, one in entries.items()})
    return _Read(source=source, id=version, entries=entries, at=at, uploaded_at=uploaded_at)


def _put_in_force(
    store: ScreeningStore,
    read: _Read,
    current: ListVersion | None,
    *,
    by: str,
    accept_removals: bool,
) -> ListVersion:
    """Objects first, then the pointer. Raises `Stale` when another version came before."""
    found = _compared(store, current, read.entries)
    if not accept_removals:
        _check_removals(found, current)
    new = _described(read, current)
    store.put(index_key(new.source, new.id), build(read.entries.values()))
    _put_changes(store, new, found, read.entries)
    commit(store.table.client, store.put_in_force(new, by=by))
    return new


def _confirmed(store: ScreeningStore, current: ListVersion, *, uploaded_at: int) -> ListVersion:
    """`current`, remembered to be as new as this upload. Raises `Stale`."""
    if uploaded_at > current.uploaded_at:
        commit(store.table.client, [store.confirm(current, uploaded_at=uploaded_at)])
    return replace(current, uploaded_at=max(uploaded_at, current.uploaded_at))


def _entries(source: str, parts: Mapping[str, bytes]) -> dict[str, Entry]:
    found: dict[str, Entry] = {}
    for one in source_of(source).read(parts):
        if one.id in found:
            raise MalformedList(f"{source}: an entry's id is there twice")
        if len(found) >= MAX_ENTRIES:
            raise ListTooLarge(f"{source}: more than {MAX_ENTRIES} entries")
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


def _described(read: _Read, current: ListVersion | None) -> ListVersion:
    previous = current.id if current else None
    return ListVersion(
        source=read.source,
        id=read.id,
        previous=previous,
        sequence=current.sequence + 1 if current else 1,
        entries=len(read.entries),
        names=sum(len(one.names) for one in read.entries.values()),
        at=read.at,
        uploaded_at=read.uploaded_at,
        changes=changes_key(read.source, read.id, previous),
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
