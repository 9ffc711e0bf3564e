"""Whose payments a message of a rail is about, and what is kept beside it. Commits nothing.

A further kind of thing that rails speak of is one more look in `LOOKS`.
"""

from collections.abc import Callable, Mapping

from remit.kernel.value import value
from remit.ledger.numbers import holder_of, holder_of_domestic
from remit.payments.incoming_model import (
    Incoming,
    IncomingStep,
    TransferReused,
    deadline,
    incoming_id,
)
from remit.payments.incoming_recalls import AskedBack, AskedBackStore, recall_id
from remit.payments.incoming_store import IncomingStore
from remit.payments.messages import HOUSE, Told
from remit.payments.orders import OrderStore
from remit.payments.recall import due_at
from remit.rails.arrived import Arrived
from remit.rails.capability import BY_NAME
from remit.rails.facts import NO_REASON, Fact, Heard, Meaning
from remit.rails.rail import Addressing
from remit.store.table import Table
from remit.store.write import Write

OUTCOMES: Mapping[tuple[str, Meaning], str] = {
    ("pay", "accepted"): "accepted",
    ("pay", "rejected"): "rejected",
    ("pay", "returned"): "returned",
    ("pay", "recall_refused"): "recall_refused",
    ("inc", "arrived"): "arrived",
    ("inc", "rejected"): "disowned",
}
"""What is said of which kind of payment that something follows from, as the machine is told it."""


_DOMESTIC: Addressing = "bank_account"


@value
class Books:
    """Where it stands whose a payment is: ours that went out, others' that came in, and numbers."""

    orders: OrderStore
    incoming: IncomingStore
    recalls: AskedBackStore
    numbers: Table


@value
class Beside:
    """What is kept in one commit with a message.

    `account` is whose keys it is sealed under, if not the rail's. `asked` tells that a recall has
    become a case. `marks` are of payments that the scheme says no to before they have come.
    """

    told: tuple[Told, ...]
    writes: tuple[Write, ...] = ()
    marks: tuple[Write, ...] = ()
    account: str | None = None
    asked: bool = False


def outcome_of(told: Told) -> str | None:
    """What the machine is told of a fact; None when nothing follows from it."""
    if told.payment_id is None:
        return None
    return OUTCOMES.get((told.payment_id.partition("_")[0], told.fact.meaning))


def beside(books: Books, rail: str, heard: Heard, *, key: str, now: int) -> Beside:
    """Whose each fact is, and what is kept beside the message under `key`.

    Raises `TransferReused` for another payment under a reference that has been used.
    """
    if heard.arrived is not None:
        return _arrived(books, rail, heard.facts[0], heard.arrived, key=key, now=now)
    told: list[Told] = []
    marks: dict[tuple[str, str], Write] = {}
    for fact in heard.facts:
        found = _told(books, rail, fact)
        told += found
        marks |= {mark.target: mark for mark in _marks(books, rail, fact, found, now)}
    cases = {case.id: case for one in told if (case := _case(books, rail, one, now)) is not None}
    writes = [write for case in cases.values() for write in books.recalls.create(case)]
    return Beside(
        told=tuple(told), writes=tuple(writes), marks=tuple(marks.values()), asked=bool(cases)
    )


def _told(books: Books, rail: str, fact: Fact) -> list[Told]:
    """Whose payment a fact is about; nobody's when it is none that we know.

    A rejection may be about two: of a payment from one of our accounts to another over the rail
    both sides hear.
    """
    found: list[Told] = []
    for look in LOOKS:
        if not found or fact.meaning == "rejected":
            told = look(books, rail, fact)
            found += [told] if told else []
    return found or [Told(fact=fact, tenant=None, payment_id=None)]


def _order(books: Books, rail: str, fact: Fact) -> Told | None:
    order = books.orders.find(fact.uetr) if fact.uetr and fact.meaning != "recalled" else None
    # Another rail's word on a payment is nobody's word.
    if order is None or order.rail != rail:
        return None
    return Told(fact=fact, tenant=order.tenant, payment_id=order.payment_id)


def _incoming(books: Books, rail: str, fact: Fact) -> Told | None:
    found = books.incoming.find(rail, _names(fact))
    if found is None:
        return None
    return Told(fact=fact, tenant=found.tenant, payment_id=found.id)


def _names(fact: Fact) -> list[str]:
    """By what a payment that comes in is known, of which a fact may be."""
    return [*dict.fromkeys((*fact.names, *((fact.uetr,) if fact.uetr else ())))]


def _marks(books: Books, rail: str, fact: Fact, found: list[Told], now: int) -> list[Write]:
    """What keeps a payment from being credited when it comes: its scheme has said no before.

    Not where the no is about a payment of ours to another bank, which never comes to us.
    """
    if fact.meaning != "rejected" or any(_came(one) for one in found):
        return []
    if found[0].payment_id is not None:
        order = books.orders.find(fact.uetr or "")
        if order is None or not order.is_ours:
            return []
    names = _names(fact)
    known, reason = books.incoming.look(rail, names).disowned, fact.reason or NO_REASON
    return books.incoming.say_no(rail, names, known, reason=reason, at=now)


def _came(told: Told) -> bool:
    return told.payment_id is not None and told.payment_id.startswith("inc_")


LOOKS: tuple[Callable[[Books, str, Fact], Told | None], ...] = (_order, _incoming)
"""Each says whose payment a fact is about, or None when it is none that it knows."""


def _case(books: Books, rail: str, told: Told, now: int) -> AskedBack | None:
    """The case that a recall opens; None when it opens none."""
    recalls = BY_NAME[rail].recalls
    if told.fact.meaning != "recalled" or told.tenant is None or told.payment_id is None:
        return None
    if told.tenant == HOUSE:
        return None  # it was for nobody here, and no tenant's operator could answer
    if recalls is None or books.recalls.find(told.tenant, recall_id(told.payment_id)):
        return None
    return AskedBack(
        tenant=told.tenant,
        incoming=told.payment_id,
        rail=rail,
        case=told.fact.id or "",
        reason=told.fact.reason or NO_REASON,
        at=now,
        due_at=due_at(BY_NAME[rail], recalls, now),
    )


def _arrived(books: Books, rail: str, fact: Fact, found: Arrived, *, key: str, now: int) -> Beside:
    named = books.incoming.look(rail, found.names)
    known = named.incoming
    if known is not None:
        if known.digest != found.digest:
            raise TransferReused
        told = Told(fact=fact, tenant=known.tenant, payment_id=known.id)
        return Beside(told=(told,), account=known.account or None)
    tenant, account = _holder(books, rail, found)
    incoming = Incoming(
        id=incoming_id(rail, found.names[0]),
        tenant=tenant,
        rail=rail,
        account=account,
        amount=found.amount.amount,
        currency=found.amount.currency,
        deadline=deadline(rail, found.accepted_at, now),
        message=key,
        message_id=found.message_id,
        end_to_end_id=found.end_to_end_id,
        digest=found.digest,
        history=(IncomingStep(status="received", at=now, by=rail),),
        transaction_id=found.transaction_id,
        uetr=found.uetr,
        debtor_bank=found.debtor_bank,
        disowned=named.reason,
    )
    told = Told(fact=fact, tenant=tenant, payment_id=incoming.id)
    writes = books.incoming.create(incoming, found.names, named.disowned)
    return Beside(told=(told,), writes=tuple(writes), account=account or None)


def _holder(books: Books, rail: str, found: Arrived) -> tuple[str, str]:
    """Whose account it is; the house's with no account when it is none of ours.

    A domestic number counts on a rail that names accounts by it: another one has to tell the IBAN.
    """
    holder = holder_of(books.numbers, found.creditor_iban) if found.creditor_iban else None
    if holder is None and found.creditor_number and _DOMESTIC in BY_NAME[rail].addressing:
        holder = holder_of_domestic(books.numbers, found.creditor_number)
    return holder or (HOUSE, "")
