"""Put a new version of a list in force, once, with what it changes."""

from collections.abc import Mapping

from remit.kernel.value import value
from remit.screening.index import Index
from remit.screening.store import ScreeningStore


@value
class Changes:
    """What a version changed against the one before: entry ids."""

    added: tuple[str, ...]
    changed: tuple[str, ...]
    removed: tuple[str, ...]


@value
class ListVersion:
    """A version of a source: how much is in it, since when, what it came after.

    `changes` is the key of the object with its change set.
    """

    source: str
    id: str
    previous: str | None
    entries: int
    names: int
    at: int
    changes: str


def load_list(
    store: ScreeningStore, source: str, parts: Mapping[str, bytes], *, at: int
) -> ListVersion:
    """Read `parts` (the list's files by name) and put them in force; the same again does nothing."""
    raise NotImplementedError


def changed_index(store: ScreeningStore, source: str, version: str) -> Index:
    """The index of only those entries that `version` added or changed."""
    raise NotImplementedError


def changes(store: ScreeningStore, source: str, version: str) -> Changes:
    """The ids of what `version` added, changed and removed."""
    raise NotImplementedError
