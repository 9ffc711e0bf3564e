"""What the ledger and the payments say, for a run: our side. Reads only.

On the nostro a debit is money that came in, and a credit money that went out. Each of its entries
is looked at once, since every chain is read on from where the run before left it. Entries of
adjustments are passed over: the break that each of them has ended is gone with it.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace

from remit.kernel.clock import SECOND
from remit.kernel.ids import derive
from remit.kernel.value import value
from remit.ledger.chart import shard_id, shards_ever
from remit.ledger.model import day_of
from remit.ledger.phases import Recorded
from remit.ledger.refusals import TransferNotFound
from remit.ledger.statement import records
from remit.ledger.store import Ledger
from remit.payments import release, reserve, return_funds
from remit.payments.model import Payment
from remit.payments.store import PaymentStore
from remit.reconciliation.breaks import ADJUSTMENT
from remit.reconciliation.model import LedgerLine, PaymentFact
from remit.reconciliation.records import Cut
from remit.reconciliation.runs import MOST_LINES, TooManyLines
from remit.store.chain import Chain, sequence_of
from remit.store.item import Item, integer, text

_JUST_NOW = 5 * SECOND
"""A payment that changed so shortly before it was read may be seen half before, half after."""

_NO_END = "9999-12-31"
_AT_ONCE = 100
_MOVES = frozenset({reserve.RESERVE, release.RELEASE, return_funds.RETURN})
_OUT = frozenset({"reserved", "submitted", "unknown", "completed", "returned"})


@value
class Span:
    """What is to be read: entries of `currency` from day `first` on where a chain was not read
    before, up to day `last` (ISO dates), both included.
    """

    tenant: str
    currency: str
    first: str
    last: str


@value
class Books:
    """What payments say and what the ledger has of them, by payment."""

    payments: tuple[PaymentFact, ...]
    postings: tuple[LedgerLine, ...]
    again: tuple[str, ...]
    returned: Mapping[str, int]


def nostro(ledger: Ledger, span: Span, before: Cut | None) -> tuple[list[LedgerLine], Cut]:
    """The nostro's entries that no run has seen, and where they end. Raises `TooManyLines`."""
    lines, seen, balance = list[LedgerLine](), dict[str, int](), 0
    for account, record in _entries(ledger, span, before, "nostro", seen):
        kind, reference = _why(record)
        if kind != ADJUSTMENT and integer(record, "amount"):
            lines.append(_line(account, record, reference))
        if len(lines) > MOST_LINES:
            raise TooManyLines
    for account, sequence in seen.items():
        last = ledger.chain(span.tenant, account).record(sequence) if sequence else None
        if last is not None:
            balance += integer(last, "debits_posted") - integer(last, "credits_posted")
    return lines, Cut(seen=seen, balance=balance)


def books(
    ledger: Ledger, payments: PaymentStore, span: Span, before: Cut | None, *, now: int
) -> tuple[Books, Mapping[str, int]]:
    """The rail payments whose money has moved since the run before, against the ledger; and how far
    their chains were read. They are read to their ends: what a payment says is of now, too. Raises
    `TooManyLines`.
    """
    seen: dict[str, int] = {}
    span = replace(span, last=_NO_END)
    again = set(before.again) if before else set()
    returned = dict(before.returned or {}) if before else {}
    for _, record in _entries(ledger, span, before, "in_transit", seen):
        kind, payment_id = _why(record)
        if kind in _MOVES:
            again.add(payment_id)
        if kind == return_funds.RETURN:
            returned[payment_id] = returned.get(payment_id, 0) + integer(record, "amount")
        if len(again) > MOST_LINES:
            raise TooManyLines
    found = _Found(ledger=ledger, tenant=span.tenant, settled_before=now - _JUST_NOW)
    return found.compared(payments, sorted(again), returned), seen


@value
class _Found:
    ledger: Ledger
    tenant: str
    settled_before: int

    def compared(
        self, payments: PaymentStore, ids: Sequence[str], returned: Mapping[str, int]
    ) -> Books:
        facts, postings, again = list[PaymentFact](), list[LedgerLine](), list[str]()
        partly: dict[str, int] = {}
        for start in range(0, len(ids), _AT_ONCE):
            some = ids[start : start + _AT_ONCE]
            known = payments.many(self.tenant, some)
            for name in some:
                payment, back = known.get(name), returned.get(name, 0)
                if payment and payment.history[-1].at > self.settled_before:
                    again.append(name)
                    partly |= {name: back} if back else {}
                    continue
                if back and not (payment and payment.returned == back == payment.amount):
                    partly[name] = back
                facts += _fact(payment) if payment else []
                postings += self._posting(name, payment, back)
        return Books(
            payments=tuple(facts), postings=tuple(postings), again=tuple(again), returned=partly
        )

    def _posting(self, name: str, payment: Payment | None, back: int) -> Iterator[LedgerLine]:
        """What the ledger has moved out for the payment, less what has come back of it."""
        out = self._recorded(derive("tr", name, reserve.RESERVE))
        freed = self._recorded(derive("tr", name, release.RELEASE))
        amount = (out.posted if out else 0) - (freed.posted if freed else 0) - back
        subject = out or freed
        if amount and subject:
            yield LedgerLine(
                id=subject.transfer.id,
                amount=-amount,
                currency=subject.transfer.currency,
                day=_day(payment) if payment else day_of(subject.transfer.at),
                payment_id=name,
            )

    def _recorded(self, transfer_id: str) -> Recorded | None:
        try:
            return self.ledger.recorded(self.tenant, transfer_id)
        except TransferNotFound:
            return None


def _fact(payment: Payment) -> list[PaymentFact]:
    """The payment as it stands: what of it is out of the house, or on its way."""
    amount = payment.amount - payment.returned if payment.status in _OUT else 0
    if not amount:
        return []
    return [
        PaymentFact(id=payment.id, amount=-amount, currency=payment.currency, day=_day(payment))
    ]


def _day(payment: Payment) -> str:
    return day_of(payment.reached("reserved") or payment.created_at)


def _entries(
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


def _why(record: Item) -> tuple[str, str]:
    kind, _, reference = text(record, "why").partition(" ")
    return kind, reference
