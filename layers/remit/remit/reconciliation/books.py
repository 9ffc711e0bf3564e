"""What payments say against what the ledger has of them, for a run. Reads only.

Payments are found from both sides: from the entries in transit, and from the settlement windows'
members, which come of the payments' records alone. So a payment of which the ledger has nothing is
found as well as money that moved for no payment. Of payments from other banks likewise.
"""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field, replace

from remit.kernel.clock import SECOND
from remit.kernel.ids import derive, is_id
from remit.kernel.value import value
from remit.ledger.model import day_of
from remit.ledger.phases import Recorded
from remit.ledger.refusals import TransferNotFound
from remit.ledger.store import Ledger
from remit.payments import release, reserve, return_funds
from remit.payments.incoming_model import CREDIT, GIVE_BACK, TAKE_BACK, Incoming
from remit.payments.incoming_store import IncomingStore
from remit.payments.model import Payment
from remit.payments.store import PaymentStore
from remit.reconciliation.model import LedgerLine, PaymentFact
from remit.reconciliation.ours import Span, entries, why
from remit.reconciliation.records import Cut
from remit.reconciliation.runs import MOST_LINES, TooManyLines
from remit.settlement.model import Member
from remit.store.item import integer

_JUST_NOW = 5 * SECOND
"""A payment that changed so shortly before it was read may be seen half before, half after."""

_NO_END = "9999-12-31"
_AT_ONCE = 100
_IN = (CREDIT, TAKE_BACK, GIVE_BACK)
_MOVES = frozenset({reserve.RESERVE, release.RELEASE, return_funds.RETURN, *_IN})
_OUT = frozenset({"reserved", "submitted", "unknown", "completed", "returned"})


@value
class Shelves:
    """Where it stands what there is of payments. `ours` is our BIC among members of windows."""

    ledger: Ledger
    payments: PaymentStore
    incoming: IncomingStore
    ours: str


@value
class Books:
    """What payments say and what the ledger has of them, by payment."""

    payments: tuple[PaymentFact, ...]
    postings: tuple[LedgerLine, ...]
    again: tuple[str, ...]
    returned: Mapping[str, int]


def books(
    shelves: Shelves,
    span: Span,
    before: Cut | None,
    members: Iterable[Member],
    disputed: Iterable[PaymentFact],
    *,
    now: int,
) -> tuple[Books, Mapping[str, int]]:
    """The rail payments whose money has moved since the run before, or that are among `members`,
    against the ledger; and how far the chains were read: to their ends, as what a payment says is
    of now. `disputed` are facts of the run before that are still open. Raises `TooManyLines`.
    """
    seen: dict[str, int] = {}
    span = replace(span, last=_NO_END)
    again = set(before.again) if before else set()
    returned = dict(before.returned or {}) if before else {}
    for _, record in entries(shelves.ledger, span, before, "in_transit", seen):
        kind, payment_id = why(record)
        if kind in _MOVES:
            again.add(payment_id)
        if kind == return_funds.RETURN:
            returned[payment_id] = returned.get(payment_id, 0) + integer(record, "amount")
        if len(again) > MOST_LINES:
            raise TooManyLines
    members = list(members)
    again |= {each.id for each in members if is_id("pay", each.id)}
    found = _Found(shelves=shelves, tenant=span.tenant, settled_before=now - _JUST_NOW)
    partly = found.outgoing(
        sorted(one for one in again if not one.startswith(("inc_", "tr_"))), returned
    )
    found.arrived(sorted(one for one in again if one.startswith("inc_")))
    found.unknown([*disputed, *(_fact_of(each, shelves.ours) for each in members)])
    return Books(
        payments=tuple(found.facts),
        postings=tuple(found.postings),
        again=tuple(found.again),
        returned=partly,
    ), seen


@dataclass
class _Found:
    """What was found so far. `through` are the ids of transfers of the payments among it."""

    shelves: Shelves
    tenant: str
    settled_before: int
    facts: list[PaymentFact] = field(default_factory=list)
    postings: list[LedgerLine] = field(default_factory=list)
    again: list[str] = field(default_factory=list)
    through: set[str] = field(default_factory=set)

    def outgoing(self, ids: list[str], returned: Mapping[str, int]) -> Mapping[str, int]:
        """Add payments that leave the house; what has come back of them and is to be kept."""
        partly: dict[str, int] = {}
        for start in range(0, len(ids), _AT_ONCE):
            some = ids[start : start + _AT_ONCE]
            known = self.shelves.payments.many(self.tenant, some)
            for name in some:
                payment, back = known.get(name), returned.get(name, 0)
                self.through |= {each.id for each in payment.returns} if payment else set()
                if payment and payment.history[-1].at > self.settled_before:
                    self.again.append(name)
                    partly |= {name: back} if back else {}
                    continue
                if back and not (payment and payment.returned == back == payment.amount):
                    partly[name] = back
                self.facts += _fact(payment) if payment else []
                self.postings += self._posting(name, payment, back)
        return partly

    def arrived(self, ids: list[str]) -> None:
        """Add payments from other banks: what of each is on our account."""
        for start in range(0, len(ids), _AT_ONCE):
            some = ids[start : start + _AT_ONCE]
            known = self.shelves.incoming.many(self.tenant, some)
            for name in some:
                incoming = known.get(name)
                self.through |= {derive("tr", name, kind) for kind in _IN}
                if incoming and incoming.history[-1].at > self.settled_before:
                    self.again.append(name)
                    continue
                self.facts += _credited(incoming) if incoming else []
                self.postings += self._credit(name, incoming)

    def unknown(self, facts: Iterable[PaymentFact]) -> None:
        """Add what windows were told by a transfer's id, where the ledger has no such transfer.

        Where it has one, or others of the same payment, that is held against the payment itself.
        """
        told = {one.id: one for one in facts if is_id("tr", one.id)}
        lost = sorted(told.keys() - self.through)
        self.facts += [told[name] for name in lost if self._recorded(name) is None]

    def _posting(self, name: str, payment: Payment | None, back: int) -> Iterator[LedgerLine]:
        """What the ledger has moved out for the payment, less what has come back of it."""
        out = self._recorded(derive("tr", name, reserve.RESERVE))
        freed = self._recorded(derive("tr", name, release.RELEASE))
        amount = _moved(out) - _moved(freed) - back
        subject = out or freed
        if amount and subject:
            day = _day(payment) if payment else day_of(subject.transfer.at)
            yield _line(subject, -amount, day, name)

    def _credit(self, name: str, incoming: Incoming | None) -> Iterator[LedgerLine]:
        """What the ledger has credited for the payment, less what has gone back of it."""
        into, *undone = (self._recorded(derive("tr", name, kind)) for kind in _IN)
        amount = _moved(into) - sum(map(_moved, undone))
        subject = into or undone[0] or undone[1]
        if amount and subject:
            day = day_of(incoming.at if incoming else subject.transfer.at)
            yield _line(subject, amount, day, name)

    def _recorded(self, transfer_id: str) -> Recorded | None:
        try:
            return self.shelves.ledger.recorded(self.tenant, transfer_id)
        except TransferNotFound:
            return None


def _moved(found: Recorded | None) -> int:
    return found.posted if found else 0


def _line(subject: Recorded, amount: int, day: str, name: str) -> LedgerLine:
    transfer = subject.transfer
    return LedgerLine(
        id=transfer.id, amount=amount, currency=transfer.currency, day=day, payment_id=name
    )


def _fact(payment: Payment) -> list[PaymentFact]:
    """The payment as it stands: what of it is out of the house, or on its way."""
    amount = payment.amount - payment.returned if payment.status in _OUT else 0
    if not amount:
        return []
    return [
        PaymentFact(id=payment.id, amount=-amount, currency=payment.currency, day=_day(payment))
    ]


def _credited(incoming: Incoming) -> list[PaymentFact]:
    """The payment from another bank as it stands: what of it is on our account."""
    if incoming.status != "credited":
        return []
    day = day_of(incoming.at)
    return [
        PaymentFact(id=incoming.id, amount=incoming.amount, currency=incoming.currency, day=day)
    ]


def _fact_of(member: Member, ours: str) -> PaymentFact:
    """What a window was told of money that came in, or went back."""
    amount = -member.amount if member.payer == ours else member.amount
    day = day_of(member.counted_at)
    return PaymentFact(id=member.id, amount=amount, currency=member.currency, day=day)


def _day(payment: Payment) -> str:
    return day_of(payment.reached("reserved") or payment.created_at)
