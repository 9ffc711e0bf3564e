"""The nostro as the ledger has it, for a run: our side of the bank. Reads only.

On the nostro a debit is money that came in, and a credit money that went out. Each of its entries
is looked at once, since every chain is read on from where the run before left it. Entries of
adjustments are passed over: the break that each of them has ended is gone with it.
"""

from collections.abc import Iterator

from remit.kernel.value import value
from remit.ledger.chart import shard_id, shards_ever
from remit.ledger.statement import records
from remit.ledger.store import Ledger
from remit.reconciliation.breaks import ADJUSTMENT
from remit.reconciliation.model import LedgerLine
from remit.reconciliation.records import Cut
from remit.reconciliation.runs import MOST_LINES, TooManyLines
from remit.store.chain import Chain, sequence_of
from remit.store.item import Item, integer, text


@value
class Span:
    """What is to be read: entries of `currency` from day `first` on where a chain was not read
    before, up to day `last` (ISO dates), both included.
    """

    tenant: str
    currency: str
    first: str
    last: str


def nostro(ledger: Ledger, span: Span, before: Cut | None) -> tuple[list[LedgerLine], Cut]:
    """The nostro's entries that no run has seen, and where they end. Raises `TooManyLines`."""
    lines, seen, balance = list[LedgerLine](), dict[str, int](), 0
    for account, record in entries(ledger, span, before, "nostro", seen):
        kind, reference = why(record)
        if kind != ADJUSTMENT and integer(record, "amount"):
            lines.append(_line(account, record, reference))
        if len(lines) > MOST_LINES:
            raise TooManyLines
    for account, sequence in seen.items():
        last = ledger.chain(span.tenant, account).record(sequence) if sequence else None
        if last is not None:
            balance += integer(last, "debits_posted") - integer(last, "credits_posted")
    return lines, Cut(seen=seen, balance=balance)


def entries(
    ledger: Ledger, span: Span, before: Cut | None, name: str, seen: dict[str, int]
) -> Iterator[tuple[str, Item]]:
    """The entries of all shards of a house account that were not seen before, shard by shard.

    `seen` is told of each shard up to which record it was read.
    """
    for shard in range(shards_ever()):
        account = shard_id(name, currency=span.currency, shard=shard)
        chain = ledger.chain(span.tenant, account)
        after = before.seen.get(account) if before else None
        if after is None:
            after = _before(chain, span.first)
        seen[account] = after or 0
        if after is None:
            continue
        for record in records(chain, after):
            if text(record, "day") > span.last:
                break
            seen[account] = sequence_of(record)
            if "transfer" in record:
                yield account, record


def _before(chain: Chain, day: str) -> int | None:
    """The number of the last record of an earlier day than `day`, 0 when there is none; None for a
    chain without records.
    """
    if not chain.newest().items:
        return None
    found = chain.last_where(lambda record: text(record, "day") < day)
    return sequence_of(found) if found else 0


def _line(account: str, record: Item, reference: str) -> LedgerLine:
    amount = integer(record, "amount")
    return LedgerLine(
        id=f"{account}#{sequence_of(record)}",
        amount=amount if record["side"] == "debit" else -amount,
        currency=text(record, "currency"),
        day=text(record, "day"),
        reference=reference[:140],
    )


def why(record: Item) -> tuple[str, str]:
    """The kind of the transfer that an entry is of, and what caused it."""
    kind, _, reference = text(record, "why").partition(" ")
    return kind, reference
