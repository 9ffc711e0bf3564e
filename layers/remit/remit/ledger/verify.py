"""Does everything in the ledger follow from its transfers? A pure function over its items.

Every balance is computed anew from the legs of transfers, every chain is counted through, and
every entry is set against the transfer that made it, in time linear in the items, in any order.
"""

from collections import defaultdict
from collections.abc import Iterable, Iterator
from dataclasses import replace

from remit.ledger import verify_times
from remit.ledger.finding import Finding, Partition, partitions
from remit.ledger.items import COUNTERS, MARKS, account_after, resolution_of, transfer_of
from remit.ledger.model import Account, Rules
from remit.ledger.numbers import iban_of, number_key
from remit.ledger.phases import Resolution
from remit.store.chain import sequence_of
from remit.store.item import Item, integer, text

Made = dict[tuple[str, str, bool], tuple[str, int, int]]
"""By transfer, account, and whether it is the end of a hold: side, what is booked, what is held."""


def verify(items: Iterable[Item]) -> list[Finding]:
    """What is wrong in a ledger with these `items`, the earliest first; empty when all is right."""
    found_in = partitions(items)
    transfers = {one.pk: one for one in found_in if "transfer" in one.items}
    chains = [one for one in found_in if one.is_chain]
    found: list[Finding] = []
    made: Made = {}
    for one in transfers.values():
        found += _transfer(one, transfers, made)
    for one in chains:
        found += _chain(one, made)
    found += [Finding(fault="entry_missing", where=f"{pk} on {account}") for pk, account, _ in made]
    found += _conservation(chains)
    found += _directory(found_in, chains)
    found += _numbers(found_in, chains)
    found += verify_times.days(chains, [one for one in found_in if one.is_days])
    dues = [one for one in found_in if one.pk.startswith("due#") and one.pk != MARKS]
    found += verify_times.holds(dues, transfers)
    found += [
        Finding(fault="transfer_missing", where=f"{one.pk} {min(one.items)}")
        for one in found_in
        if one.name.startswith("tr_") and "transfer" not in one.items
    ]
    return sorted(found, key=lambda one: (one.at == 0, one.at, one.where, one.fault))


def _transfer(
    one: Partition,
    transfers: dict[str, Partition],
    made: Made,
) -> Iterator[Finding]:
    """What is wrong with one transfer; its entries, as they must be, go into `made`."""
    item = one.items["transfer"]
    transfer, at = transfer_of(item), integer(item, "at")
    signed = [leg.amount if leg.side == "debit" else -leg.amount for leg in transfer.legs]
    total = sum(amount for amount in signed if amount > 0)
    if sum(signed) != 0 or any(leg.amount <= 0 for leg in transfer.legs):
        yield Finding(fault="transfer_unbalanced", where=f"{one.pk} transfer", at=at)
    pending, end = "expires_at" in item, one.items.get("resolution")
    for leg in transfer.legs:
        amount, held = (0, leg.amount) if pending else (leg.amount, 0)
        made[one.pk, leg.account_id, False] = (leg.side, amount, held)
    posted = 0 if pending else total
    if end is not None:
        resolution = resolution_of(end)
        posted = resolution.amount
        if not pending or not _fits(resolution, total):
            yield Finding(fault="resolution_wrong", where=f"{one.pk} resolution", at=at)
        for leg in transfer.legs:
            part = leg.amount if posted == total else posted
            made[one.pk, leg.account_id, True] = (leg.side, part, -leg.amount)
    yield from _reversals(one, transfers, posted)
    if transfer.reverses is not None and not any(
        other.get("transfer") == transfer.id
        for other in _items_of(transfers, f"{one.tenant}#{transfer.reverses}")
    ):
        yield Finding(fault="reversal_unrecorded", where=f"{one.pk} transfer", at=at)


def _fits(resolution: Resolution, total: int) -> bool:
    if resolution.outcome == "posted":
        return 0 < resolution.amount <= total
    return resolution.amount == 0


def _items_of(transfers: dict[str, Partition], pk: str) -> Iterable[Item]:
    return transfers[pk].items.values() if pk in transfers else ()


def _reversals(one: Partition, transfers: dict[str, Partition], posted: int) -> Iterator[Finding]:
    keys = sorted(sk for sk in one.items if sk.startswith("reversal#"))
    total = 0
    for number, sk in enumerate(keys, 1):
        item = one.items[sk]
        where, at = f"{one.pk} {sk}", integer(item, "at")
        total += integer(item, "amount")
        if int(sk.rpartition("#")[2]) != number:
            yield Finding(fault="reversal_gap", where=where, at=at)
        if integer(item, "total") != total or total > posted:
            yield Finding(fault="reversal_sum_wrong", where=where, at=at)
        back = transfers.get(f"{one.tenant}#{text(item, 'transfer')}")
        if back is None or back.items["transfer"].get("reverses") != one.name:
            yield Finding(fault="reversal_transfer_missing", where=where, at=at)


def _chain(one: Partition, made: Made) -> Iterator[Finding]:
    """What is wrong on one account's chain; entries that are right are taken from `made`."""
    first = 1 if one.name.startswith("house.") else 0
    before: Account | None = None
    for sk in sorted(one.items):
        record = one.items[sk]
        after = account_after(one.tenant, one.name, record)
        where, at = f"{one.pk} {sk}", after.at
        due = first if before is None else before.sequence + 1
        if sequence_of(record) != due:
            yield Finding(fault="sequence_gap", where=where, at=at)
        start = before or Account(tenant=one.tenant, id=one.name, currency=after.currency)
        yield from _record(record, start, after, where)
        if "transfer" in record:
            yield from _entry(one, record, made, where)
        before = after


def _record(record: Item, before: Account, after: Account, where: str) -> Iterator[Finding]:
    """What of one record does not follow from the one before it."""
    expected = {name: getattr(before, name) for name in COUNTERS}
    if "transfer" in record:
        side = text(record, "side")
        expected[f"{side}s_posted"] += integer(record, "amount")
        expected[f"{side}s_pending"] += integer(record, "held") if "held" in record else 0
        is_owed = bool(record.get("owed")) and before.id.startswith("house.")
        if before.sequence and before.rules != _as_before(before, after, is_owed=is_owed):
            yield Finding(fault="rules_changed", where=where, at=after.at)
        limit = before.rules.limit
        if limit is not None and not is_owed and max(limit, before.expected) < after.expected:
            yield Finding(fault="limit_passed", where=where, at=after.at)
        fell = after.available < before.available
        if fell and after.available < after.rules.floor and not after.may_overdraw:
            yield Finding(fault="overdrawn", where=where, at=after.at)
    if any(getattr(after, name) != amount for name, amount in expected.items()):
        yield Finding(fault="balance_wrong", where=where, at=after.at)
    if after.currency != before.currency:
        yield Finding(fault="currency_changed", where=where, at=after.at)
    if after.at < before.at or after.day < before.day:
        yield Finding(fault="time_ran_back", where=where, at=after.at)


def _as_before(before: Account, after: Account, *, is_owed: bool) -> Rules:
    """The rules after an entry that must be those before it: what is owed moves limits alone."""
    rules = before.rules
    return replace(after.rules, limit=rules.limit, aside=rules.aside) if is_owed else after.rules


def _entry(
    one: Partition,
    record: Item,
    made: Made,
    where: str,
) -> Iterator[Finding]:
    held = integer(record, "held") if "held" in record else 0
    pk = f"{one.tenant}#{text(record, 'transfer')}"
    due = made.pop((pk, one.name, held < 0), None)
    at = integer(record, "at")
    if due is None:
        yield Finding(fault="entry_without_transfer", where=where, at=at)
    elif due != (text(record, "side"), integer(record, "amount"), held):
        yield Finding(fault="entry_differs", where=where, at=at)


def _conservation(chains: list[Partition]) -> Iterator[Finding]:
    sums: defaultdict[tuple[str, str], list[int]] = defaultdict(lambda: [0, 0])
    for one in chains:
        newest = account_after(one.tenant, one.name, one.items[max(one.items)])
        totals = sums[one.tenant, newest.currency]
        totals[0] += newest.posted
        totals[1] += newest.pending
    for (tenant, currency), totals in sums.items():
        if any(totals):
            where = f"{tenant} {currency} by {totals[0]} posted, {totals[1]} pending"
            yield Finding(fault="books_unbalanced", where=where)


def _directory(found_in: list[Partition], chains: list[Partition]) -> Iterator[Finding]:
    listed = {
        f"{one.tenant}#{sk}" for one in found_in if one.name == "accounts" for sk in one.items
    }
    opened = {one.pk for one in chains if one.name.startswith("acc_")}
    for pk in sorted(listed - opened):
        yield Finding(fault="account_missing", where=pk)
    for pk in sorted(opened - listed):
        yield Finding(fault="account_unlisted", where=pk)


def _numbers(found_in: list[Partition], chains: list[Partition]) -> Iterator[Finding]:
    """Account numbers that nobody holds, or that the holder was not given."""
    held = {
        one.pk: f"{text(item, 'tenant')}#{text(item, 'account')}"
        for one in found_in
        for item in one.items.values()
        if one.pk.startswith("number#")
    }
    for one in chains:
        iban = iban_of(one.name, one.items[min(one.items)])
        if iban is not None and held.pop(number_key(iban), None) != one.pk:
            yield Finding(fault="number_missing", where=one.pk)
    for pk, account in held.items():
        yield Finding(fault="number_without_account", where=f"{pk} of {account}")
