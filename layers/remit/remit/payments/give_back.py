"""Money that comes back to a debtor: after a rejection, or by a return. Commits nothing.

An account that cannot take it (closed, frozen, full) must not stop it: then the house keeps it in
suspense, where a person sees to it.
"""

from dataclasses import replace

from remit.kernel.value import value
from remit.ledger.chart import house_account_id
from remit.ledger.model import Transfer, between
from remit.ledger.refusals import AccountClosed, AccountFrozen, BalanceTooLarge, LimitExceeded
from remit.ledger.store import Ledger
from remit.payments.model import Payment
from remit.payments.reserve import in_transit
from remit.store.write import Write

_CANNOT_TAKE_IT = (AccountClosed, AccountFrozen, LimitExceeded, BalanceTooLarge)


@value
class GivenBack:
    """The writes that move the money, and whether it went to suspense instead."""

    writes: tuple[Write, ...]
    in_suspense: bool


def back_to_debtor(
    ledger: Ledger,
    payment: Payment,
    amount: int,
    *,
    transfer_id: str,
    kind: str,
    at: int,
    by: str,
    reverses: str | None = None,
) -> GivenBack:
    """Move `amount` from in-transit to the debtor's account, or to suspense if that refuses it.

    With `reverses` it takes back that transfer. Raises `TransferConflict` when it was made before.
    """
    transfer = Transfer(
        id=transfer_id,
        tenant=payment.tenant,
        currency=payment.currency,
        legs=between(in_transit(payment), payment.debtor_account, amount),
        kind=kind,
        reference=payment.id,
        by=by,
        at=at,
        reverses=reverses,
    )
    try:
        return GivenBack(writes=tuple(ledger.post(transfer)), in_suspense=False)
    except _CANNOT_TAKE_IT:
        suspense = house_account_id(
            "suspense", currency=payment.currency, cause=payment.id, at=payment.created_at
        )
        legs = between(in_transit(payment), suspense, amount)
        kept = replace(transfer, legs=legs, reverses=None)
        return GivenBack(writes=tuple(ledger.post(kept)), in_suspense=True)
