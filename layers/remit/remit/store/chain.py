"""Append-only chains: numbered immutable records, each built on the one before. No update, ever.

A record holds the whole state after it, so the newest record is the state. Appending is a
conditional put of the next number: numbers are dense by construction, and of two writers who saw
the same newest record one wins while the other is told that what it read is `Stale`.
"""

from collections.abc import Callable

from remit.kernel.value import value
from remit.store.commit import Stale
from remit.store.item import Item, integer, text
from remit.store.table import Page, Table
from remit.store.write import Write, put_new

_DIGITS = 12


def sequence_key(sequence: int) -> str:
    """The sort key of record `sequence`; keys sort as the numbers do."""
    return f"{sequence:0{_DIGITS}d}"


def sequence_of(record: Item) -> int:
    """The number of a chain's record."""
    return int(text(record, "sk"))


@value
class Chain:
    """The chain in partition `pk` of `table`. Records carry `sk` and a never-falling time `at`."""

    table: Table
    pk: str

    def newest(self, limit: int = 1, *, start: Item | None = None) -> Page:
        """The newest records, newest first."""
        return self.table.query(self.pk, newest_first=True, limit=limit, start=start)

    def record(self, sequence: int) -> Item | None:
        """One record by its number."""
        return self.table.get({"pk": self.pk, "sk": sequence_key(sequence)})

    def after(self, sequence: int, *, limit: int) -> Page:
        """Records from number `sequence` + 1 on, oldest first."""
        return self.table.query(self.pk, above=sequence_key(sequence), limit=limit)

    def append(self, sequence: int, record: Item) -> Write:
        """Put `record` as number `sequence`; `Stale` when that number is taken."""
        item = {"pk": self.pk, "sk": sequence_key(sequence)} | record
        return put_new(self.table.name, item, exists=lambda _: Stale())

    def last_at(self, moment: int) -> Item | None:
        """The last record whose `at` is not after `moment`; see `last_where`."""
        return self.last_where(lambda record: integer(record, "at") <= moment)

    def last_where(self, holds: Callable[[Item], bool]) -> Item | None:
        """The last record that `holds`, found by halving; None if none does.

        `holds` must be true of every record before one that it is true of. Costs one read for each
        doubling of the chain's length.
        """
        newest = self.newest().items
        if not newest or holds(newest[0]):
            return newest[0] if newest else None
        best, low, high = None, 0, sequence_of(newest[0]) - 1
        while low <= high:
            middle = (low + high) // 2
            record = self.record(middle)
            if record is None or holds(record):
                best, low = record or best, middle + 1
            else:
                high = middle - 1
        return best
