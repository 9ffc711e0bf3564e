"""What a verification reads and what it says: partitions of items, and findings. Pure."""

from collections import defaultdict
from collections.abc import Iterable

from remit.kernel.value import value
from remit.store.item import Item, text


@value
class Finding:
    """One thing that is wrong: what (`fault`), at which item, since when if that is known."""

    fault: str
    where: str
    at: int = 0

    def __str__(self) -> str:
        return f"{self.fault} at {self.where}"


@value
class Partition:
    """The items under one partition key, by sort key."""

    pk: str
    items: dict[str, Item]

    @property
    def tenant(self) -> str:
        """Whose it is."""
        return self.pk.partition("#")[0]

    @property
    def name(self) -> str:
        """The account or transfer that it holds, or the currency whose days it tells."""
        return self.pk.rpartition("#")[2]

    @property
    def is_chain(self) -> bool:
        """Whether it is an account's chain."""
        return self.name.startswith(("acc_", "house."))

    @property
    def is_days(self) -> bool:
        """Whether it tells the days of a currency."""
        return self.pk == f"{self.tenant}#days#{self.name}"


def partitions(items: Iterable[Item]) -> list[Partition]:
    """The partitions that `items` make, by key."""
    grouped: defaultdict[str, dict[str, Item]] = defaultdict(dict)
    for item in items:
        grouped[text(item, "pk")][text(item, "sk")] = item
    return [Partition(pk=pk, items=grouped[pk]) for pk in sorted(grouped)]
