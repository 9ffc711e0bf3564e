"""One table: its items in key order, its indexes, its recent past and its stream."""

from bisect import bisect_left, insort
from collections import deque
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, TypeAlias

from tests.simulation.database_refusals import Refused, invalid, unfit
from tests.simulation.database_values import text_bytes
from tests.simulation.streams import Stream

Item: TypeAlias = dict[str, Any]
Key: TypeAlias = tuple[str, str]
"""Hash and range value; the range value of a table without one is empty, which no key may be."""
Row: TypeAlias = tuple[Item, int]
"""An item, which nobody changes once it is here, and its size in bytes."""
Place: TypeAlias = tuple[str, str, str]
"""Where an item stands in a partition of a table or index: range value there, then its key."""

REMEMBERED = 10_000
"""How far back stale reads can go, in milliseconds."""
_MOST_HASH_BYTES, _MOST_RANGE_BYTES = 2048, 1024
_INVALID = "One or more parameter values were invalid: "


@dataclass(frozen=True)
class View:
    """A table or an index as a query sees it: which attributes lead where."""

    name: str | None
    hash: str
    range: str | None

    def place(self, item: Item, key: Key) -> tuple[str, Place] | None:
        """The partition that holds the item, and where; None when the index leaves it out."""
        first = item.get(self.hash)
        if first is None:
            return None
        if self.range is None:
            return first["S"], ("", *key)
        second = item.get(self.range)
        return None if second is None else (first["S"], (second["S"], *key))


class Table:
    """A table with keys of text. Rows are looked up by key and, for each view, by partition."""

    def __init__(
        self,
        name: str,
        keys: tuple[str, str | None],
        *,
        indexes: Mapping[str, tuple[str, str | None]],
        stream: bool,
        ttl: str | None,
    ) -> None:
        self.name, self.ttl = name, ttl
        self.hash, self.range = keys
        self.key_names = [name for name in keys if name is not None]
        self.view = View(None, *keys)
        self.indexes = {index: View(index, *names) for index, names in indexes.items()}
        self.rows: dict[Key, Row] = {}
        self.orders: dict[str | None, dict[str, list[Place]]] = {
            view: {} for view in (None, *self.indexes)
        }
        self.stream = Stream(name, self.key_names) if stream else None
        self.past: deque[tuple[int, Key, Row | None]] = deque()

    # Keys.

    def key_of(self, item: Item) -> Key:
        """The key of an item that is to be put. Refuses one that cannot be."""
        try:
            return self._key(item)
        except KeyError:
            raise self._keyless(item) from None

    def _keyless(self, item: Item) -> Refused:
        for name in self.key_names:
            if name not in item:
                return unfit(f"{_INVALID}Missing the key {name} in the item")
            if "S" not in item[name]:
                (kind,) = item[name]
                return unfit(f"{_INVALID}Type mismatch for key {name} expected: S actual: {kind}")
        raise AssertionError("the key is there")

    def key_given(self, key: Item) -> Key:
        """The key that a request names. Refuses one that is not just the table's key."""
        try:
            if len(key) == len(self.key_names):
                return self._key(key)
        except KeyError:
            pass
        raise unfit("The provided key element does not match the schema")

    def _key(self, item: Item) -> Key:
        first = item[self.hash]["S"]
        second = item[self.range]["S"] if self.range is not None else ""
        if not first or (not second and self.range is not None):
            name = self.range if first else self.hash
            raise invalid(
                "One or more parameter values are not valid. The AttributeValue for a key "
                f"attribute cannot contain an empty string value. Key: {name}"
            )
        # No character takes more than four bytes.
        if 4 * len(first) > _MOST_HASH_BYTES or 4 * len(second) > _MOST_RANGE_BYTES:
            _refuse_long_key(first, second)
        return first, second

    def key_item(self, key: Key) -> Item:
        """The key as the attributes that it is made of."""
        return {name: {"S": part} for name, part in zip(self.key_names, key, strict=False)}

    def check_index_keys(self, item: Item) -> None:
        """Refuse an item that one of the indexes could not take."""
        for view in self.indexes.values():
            for name in (view.hash, view.range):
                content = item.get(name) if name is not None else None
                if content is not None and not content.get("S"):
                    raise _unindexable(view.name, name, content)

    # Rows.

    def write(self, key: Key, after: Row | None, now: int, *, service: bool = False) -> None:
        """Make the row under `key` what it is after a write; `service` when nobody asked for it."""
        before = self.rows.get(key)
        if before is after:
            return  # nothing was there and nothing is, or the item was only checked
        self._remember(key, before, now)
        if before is None or after is None:
            self._relist(self.view, key, before, after)
        for view in self.indexes.values():
            self._relist(view, key, before, after)
        if after is None:
            del self.rows[key]
        else:
            self.rows[key] = after
        if self.stream is not None:
            self.stream.note(now, before, after, service=service)

    def fill(self, rows: Iterable[Row]) -> None:
        """Hold just these rows, as if nothing else had ever been here."""
        self.rows = {self.key_of(row[0]): row for row in rows}
        self.orders = {view: {} for view in self.orders}
        self.past.clear()
        for key, row in self.rows.items():
            for view in (self.view, *self.indexes.values()):
                self._relist(view, key, None, row)

    def _remember(self, key: Key, before: Row | None, now: int) -> None:
        past = self.past
        past.append((now, key, before))
        while past[0][0] < now - REMEMBERED:
            past.popleft()

    def _relist(self, view: View, key: Key, before: Row | None, after: Row | None) -> None:
        """Take the item from where it stood in a view, and put it where it stands now."""
        if before and (found := view.place(before[0], key)):
            order = self.orders[view.name][found[0]]
            del order[bisect_left(order, found[1])]
        if after and (found := view.place(after[0], key)):
            partition, place = found
            order = self.orders[view.name].setdefault(partition, [])
            if not order or order[-1] < place:
                order.append(place)
            else:
                insort(order, place)

    # The past.

    def before(self, moment: int) -> dict[Key, Row | None]:
        """What stood at `moment` under the keys that were written after it."""
        found: dict[Key, Row | None] = {}
        for at, key, row in reversed(self.past):
            if at <= moment:
                break
            found[key] = row
        return found

    def ordered(
        self, view: View, partition: str, overlay: Mapping[Key, Row | None]
    ) -> Sequence[Place]:
        """The places of a partition, in order, as they were when `overlay` was true."""
        order = self.orders[view.name].get(partition, [])
        if not overlay:
            return order
        places = [place for place in order if place[1:] not in overlay]
        for key, row in overlay.items():
            found = view.place(row[0], key) if row else None
            if found and found[0] == partition:
                places.append(found[1])
        return sorted(places)


def _refuse_long_key(first: str, second: str) -> None:
    if text_bytes(first) > _MOST_HASH_BYTES:
        raise invalid(f"{_INVALID}Size of hashkey has exceeded the maximum size limit of2048 bytes")
    if text_bytes(second) > _MOST_RANGE_BYTES:
        raise invalid(
            f"{_INVALID}Aggregated size of all range keys has exceeded the size limit of 1024 bytes"
        )


def _unindexable(index: str | None, name: str | None, content: Mapping[str, Any]) -> Refused:
    if "S" in content:
        return invalid(
            "One or more parameter values are not valid. A value specified for a secondary index "
            "key is not supported. The AttributeValue for a key attribute cannot contain an empty "
            f"string value. IndexName: {index}, IndexKey: {name}"
        )
    (kind,) = content
    return unfit(
        f"{_INVALID}Type mismatch for Index Key {name} Expected: S Actual: {kind} "
        f"IndexName: {index}"
    )
