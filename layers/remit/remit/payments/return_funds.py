"""The state *Return funds*: what the other bank gives back goes to the debtor, a new transfer."""

from remit.kernel.ids import derive
from remit.kernel.money import Money
from remit.kernel.value import value
from remit.ledger.refusals import TransferNotFound
from remit.ledger.store import Ledger
from remit.payments.give_back import back_to_debtor
from remit.payments.model import WAITS_FOR_RAIL, Back, Payment, Step
from remit.payments.outcome import Outcome, contradicted
from remit.payments.recalls import RecallStore
from remit.payments.store import PaymentStore
from remit.payments.walk import walk
from remit.rails.facts import NO_REASON, Fact
from remit.store.commit import commit
from remit.store.write import Write

RETURN = "return"
"""The kind of the transfer."""


@value
class Returned:
    """A return as the rail tells it: its id there, how much comes back, and why."""

    id: str
    amount: Money
    reason: str


def returned_of(fact: Fact) -> Returned:
    """The return that a rail's message tells of."""
    if fact.amount is None or fact.id is None:
        raise ValueError("a return has an amount and an id")
    return Returned(id=fact.id, amount=fact.amount, reason=fact.reason or NO_REASON)


def return_funds(
    payments: PaymentStore,
    ledger: Ledger,
    recalls: RecallStore,
    *,
    tenant: str,
    payment_id: str,
    returned: Returned,
    now: int,
) -> Outcome:
    """Give the debtor what comes back, and count it with the payment, in one commit.

    When all of it has come back the payment is `returned`; a part leaves it `completed`. A return
    is counted once, however often it is told, and answers a recall. One of a payment that the rail
    has rejected, or of more than was paid, is `contradicted`. It proves that the payment had been
    accepted, if nobody has said so yet. Raises `PaymentNotFound`, `NotSubmitted`, `Contended` or
    `Unavailable`.
    """

    def move(payment: Payment) -> Outcome:
        identifier = transfer_id(payment, returned.id)
        before = _moved_before(ledger, tenant, identifier)
        if before is not None:
            is_same = before == returned.amount
            return Outcome(status=payment.status) if is_same else contradicted(payment)
        if payment.status in WAITS_FOR_RAIL:
            step = Step(status="completed", at=now, by=payment.rail)
            commit(payments.table.client, [payments.take(payment, step)])
            payment = payment.after(step)
        if not _fits(payment, returned.amount):
            return contradicted(payment)
        answered = _recall_answered(recalls, payment, returned, now)
        return _return(payments, ledger, payment, returned, answered, now)

    return walk(payments, tenant, payment_id, move)


def may_be_returned(ledger: Ledger, payment: Payment, returned: Returned) -> bool:
    """Whether a return is still to be booked: it has not been, and contradicts nothing."""
    if _moved_before(ledger, payment.tenant, transfer_id(payment, returned.id)) is not None:
        return False
    return payment.status in WAITS_FOR_RAIL or _fits(payment, returned.amount)


def transfer_id(payment: Payment, return_id: str) -> str:
    """The id of the transfer by which a return comes back. Derives from both their ids."""
    return derive("tr", payment.id, RETURN, return_id)


def _moved_before(ledger: Ledger, tenant: str, identifier: str) -> Money | None:
    try:
        found = ledger.recorded(tenant, identifier)
    except TransferNotFound:
        return None
    return Money(amount=found.total, currency=found.transfer.currency)


def _fits(payment: Payment, amount: Money) -> bool:
    """Whether so much may come back of the payment."""
    if payment.status != "completed" or amount.currency != payment.currency:
        return False
    return 0 < amount.amount <= payment.amount - payment.returned


def _recall_answered(
    recalls: RecallStore, payment: Payment, returned: Returned, now: int
) -> list[Write]:
    """The writes that close the payment's recall, even one that had been refused before.

    Without one, that none is made meanwhile: it would stay open for ever.
    """
    found = recalls.find(payment.tenant, payment.id)
    if found is None:
        return [recalls.none(payment.tenant, payment.id)]
    if found.status == "accepted":
        return []
    return recalls.answer(found, "accepted", reason=returned.reason, at=now)


def _return(
    payments: PaymentStore,
    ledger: Ledger,
    payment: Payment,
    returned: Returned,
    beside: list[Write],
    now: int,
) -> Outcome:
    amount, identifier = returned.amount.amount, transfer_id(payment, returned.id)
    back = back_to_debtor(
        ledger,
        payment,
        amount,
        transfer_id=identifier,
        kind=RETURN,
        at=now,
        by=payment.rail,
    )
    is_whole = payment.returned + amount == payment.amount
    step = Step(status="returned", at=now, by=payment.rail, reason=returned.reason)
    part = Back(id=identifier, amount=amount, at=now)
    counted = payments.give_back(payment, part, step if is_whole else None)
    commit(payments.table.client, [counted, *back.writes, *beside])
    return Outcome(
        status="returned" if is_whole else "completed", here=True, in_suspense=back.in_suspense
    )
