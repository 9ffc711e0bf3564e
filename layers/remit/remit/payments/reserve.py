"""The state *Reserve funds*: set the money of a payment that leaves the house aside.

The money moves from the debtor's account to the house's account `in_transit`, together with the
status. It is out of the debtor's reach then, and waits for what the rail says: no time-out of
anybody's gives it back.
"""

from remit.kernel.ids import derive
from remit.kernel.value import value
from remit.ledger import headroom
from remit.ledger.chart import house_account_id
from remit.ledger.model import Transfer, between
from remit.ledger.store import Ledger
from remit.payments.funds import move_funds
from remit.payments.model import Payment, Status
from remit.payments.store import PaymentStore
from remit.payments.walk import walk
from remit.store.commit import commit

RESERVE = "reserve"
"""The kind of the transfer."""


@value
class Reserved:
    """Where a payment came to, and whether this very call brought it there."""

    status: Status
    here: bool


def reserve(
    payments: PaymentStore, ledger: Ledger, *, tenant: str, payment_id: str, now: int
) -> Reserved:
    """Set the money aside, or decline the payment when the ledger refuses.

    Where it would take what is in transit over the net debit cap, it is declined as `AM23`.

    Made again, it finds the payment where it is and changes nothing. Raises `PaymentNotFound`,
    `Contended` or `Unavailable`.
    """

    def move(payment: Payment) -> Reserved:
        if not payment.may_become("reserved"):
            return Reserved(status=payment.status, here=False)
        transfer = transfer_of(payment, now=now)
        status = move_funds(
            payments,
            ledger,
            payment,
            transfer,
            to="reserved",
            make_room=lambda: _make_room(ledger, payment, now),
        )
        return Reserved(status=status, here=True)

    return walk(payments, tenant, payment_id, move)


def in_transit(payment: Payment) -> str:
    """The shard of the house's account in which the payment's money is on its way."""
    return house_account_id(
        "in_transit", currency=payment.currency, cause=payment.id, at=payment.created_at
    )


def transfer_id(payment: Payment) -> str:
    """The id of the transfer that sets its money aside."""
    return reserve_id(payment.id)


def reserve_id(payment_id: str) -> str:
    """The same, of the payment with that id."""
    return derive("tr", payment_id, RESERVE)


def transfer_of(payment: Payment, *, now: int) -> Transfer:
    """The transfer that sets the payment's money aside. Its id derives from the payment's."""
    return Transfer(
        id=transfer_id(payment),
        tenant=payment.tenant,
        currency=payment.currency,
        legs=between(payment.debtor_account, in_transit(payment), payment.amount),
        kind=RESERVE,
        reference=payment.id,
        by=payment.created_by,
        at=now,
    )


def _make_room(ledger: Ledger, payment: Payment, now: int) -> bool:
    """Whether the net debit cap leaves room for the payment, which its own shard then has."""
    found = headroom.shards(ledger, payment.tenant, "in_transit", payment.currency)
    writes = headroom.make_room(
        ledger, found, in_transit(payment), payment.amount, by="ledger", at=now
    )
    if writes:
        commit(ledger.table.client, writes)
    return writes is not None
