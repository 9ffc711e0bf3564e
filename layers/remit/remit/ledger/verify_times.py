"""Do the ledger's times hold? What closed days tied out, and when holds are to end. Pure.

A part of `verify`: each day that was tied out is added up anew from the account chains, in the
order of the closing, and must come to the same sums and the same hash.
"""

from bisect import bisect_right
from collections import defaultdict
from collections.abc import Iterable, Iterator

from remit.ledger.chart import house_shards
from remit.ledger.days import status_of
from remit.ledger.finding import Finding, Partition
from remit.ledger.items import COUNTERS, account_after, due_key
from remit.ledger.tie_out import Sums
from remit.store.chain import sequence_of
from remit.store.item import Item, integer, text

_FOLLOWS: dict[str, tuple[str, ...]] = {
    "CUTOFF": ("CUTOFF", "TIED_OUT"),
    "TIED_OUT": ("LOCKED",),
    "LOCKED": (),
}
"""What may be recorded of a day after each of its states."""

_Ordered = tuple[Partition, list[str], list[str]]
"""An account's chain, its sort keys in order, and the day of each."""


def days(chains: Iterable[Partition], told: Iterable[Partition]) -> Iterator[Finding]:
    """What is wrong with the days `told`, and with entries whose two sides lie on two days."""
    by_tenant: defaultdict[str, dict[str, Partition]] = defaultdict(dict)
    for chain in chains:
        by_tenant[chain.tenant][chain.name] = chain
    for one in told:
        yield from _order(one)
        ordered = _in_order(by_tenant[one.tenant], one.name)
        for sk in sorted(one.items):
            if status_of(one.items[sk]) in ("TIED_OUT", "LOCKED"):
                yield from _tie_out(one, sk, ordered)
    for of_tenant in by_tenant.values():
        yield from _sides(of_tenant.values())


def holds(dues: Iterable[Partition], transfers: dict[str, Partition]) -> Iterator[Finding]:
    """Pending transfers that no sweep would find, and lines of sweeps that no transfer has."""
    due = {(one.pk, sk): item for one in dues for sk, item in one.items.items()}
    for pk, one in transfers.items():
        item = one.items["transfer"]
        if "expires_at" not in item:
            continue
        if due.pop((due_key(integer(item, "expires_at")), pk), None) is None:
            yield Finding(fault="due_missing", where=f"{pk} transfer", at=integer(item, "at"))
    for (pk, sk), item in due.items():
        yield Finding(fault="due_without_hold", where=f"{pk} {sk}", at=integer(item, "at"))


def _order(one: Partition) -> Iterator[Finding]:
    before: Item | None = None
    for number, sk in enumerate(sorted(one.items), 1):
        record = one.items[sk]
        where, at = f"{one.pk} {sk}", integer(record, "at")
        if sequence_of(record) != number:
            yield Finding(fault="sequence_gap", where=where, at=at)
        elif not _may_follow(before, record):
            yield Finding(fault="day_out_of_order", where=where, at=at)
        before = record


def _may_follow(before: Item | None, record: Item) -> bool:
    status = status_of(record)
    if before is None or before["day"] != record["day"]:
        is_over = before is None or (
            status_of(before) == "LOCKED" and text(before, "day") < text(record, "day")
        )
        return is_over and status == "CUTOFF"
    return status in _FOLLOWS.get(status_of(before), ())


def _in_order(chains: dict[str, Partition], currency: str) -> list[_Ordered]:
    """The chains of a currency in the order in which a day is closed."""
    customers = sorted(name for name in chains if name.startswith("acc_"))
    names = [*customers, *house_shards(currency)]
    found = [chains[name] for name in names if name in chains]
    return [
        (one, keys, [text(one.items[key], "day") for key in keys])
        for one, keys in ((one, sorted(one.items)) for one in found)
        if one.items[keys[-1]]["currency"] == currency
    ]


def _tie_out(one: Partition, sk: str, ordered: list[_Ordered]) -> Iterator[Finding]:
    record, sums = one.items[sk], Sums()
    for chain, keys, days_of_keys in ordered:
        # Days never run back on a chain: the last record of the day is found by halving.
        count = bisect_right(days_of_keys, text(record, "day"))
        if count:
            last = chain.items[keys[count - 1]]
            sums = sums.with_account(account_after(one.tenant, chain.name, last))
    where, at = f"{one.pk} {sk}", integer(record, "at")
    if any(record[name] != getattr(sums, name) for name in (*COUNTERS, "accounts")):
        yield Finding(fault="tie_out_wrong", where=where, at=at)
    elif record["hash"] != sums.hash:
        yield Finding(fault="tie_out_hash_wrong", where=where, at=at)


def _sides(chains: Iterable[Partition]) -> Iterator[Finding]:
    """Both sides of a transfer, and of its end, are booked on one day."""
    seen: dict[tuple[str, bool], str] = {}
    for one in chains:
        for sk, record in one.items.items():
            if "transfer" not in record:
                continue
            held = integer(record, "held") if "held" in record else 0
            day = text(record, "day")
            if seen.setdefault((text(record, "transfer"), held < 0), day) != day:
                yield Finding(fault="days_differ", where=f"{one.pk} {sk}", at=integer(record, "at"))
