"""The business days of a tenant's currency: open, cut off, tied out, locked. One chain tells them.

A day is open until something is recorded of it. `CUTOFF` is recorded first, and again with how far
the closing has come; then `TIED_OUT` with the trial balance and its hash; then `LOCKED`. Account
chains that were there at the cut-off are taken past the day one by one; a chain that begins later
begins in the same commit as a look at this chain, so it begins on a later day.
"""

from typing import Literal, cast

from remit.kernel.value import value
from remit.ledger.model import day_after
from remit.store.chain import Chain, sequence_key, sequence_of
from remit.store.commit import Stale
from remit.store.item import Item, text
from remit.store.write import Write, absent

DayStatus = Literal["OPEN", "CUTOFF", "TIED_OUT", "LOCKED"]


@value
class Days:
    """The newest that is recorded of days; None when none was ever closed."""

    chain: Chain
    newest: Item | None

    @classmethod
    def read(cls, chain: Chain) -> "Days":
        """The days as they stand."""
        items = chain.newest().items
        return cls(chain=chain, newest=items[0] if items else None)

    @property
    def first_open(self) -> str:
        """The first day that is open, as an ISO date; empty when all are."""
        return day_after(text(self.newest, "day")) if self.newest else ""

    @property
    def sequence(self) -> int:
        """The number of the newest record; 0 when there is none."""
        return sequence_of(self.newest) if self.newest else 0

    def unchanged(self) -> Write:
        """Hold only while nothing more is recorded."""
        key: Item = {"pk": self.chain.pk, "sk": sequence_key(self.sequence + 1)}
        return absent(self.chain.table.name, key, found=lambda _: Stale())

    def append(self, record: Item) -> Write:
        """Record the next thing; `Stale` when another did."""
        return self.chain.append(self.sequence + 1, record)

    def of(self, day: str) -> Item | None:
        """The newest record of `day`; None when none is."""
        found = self.chain.last_where(lambda record: text(record, "day") <= day)
        return found if found is not None and text(found, "day") == day else None

    def has_passed(self, day: str) -> bool:
        """Whether `day` can no longer be booked on by chains that begin."""
        return day < self.first_open


def status_of(record: Item | None) -> DayStatus:
    """The state that a day's newest record tells."""
    return cast(DayStatus, text(record, "status")) if record else "OPEN"
