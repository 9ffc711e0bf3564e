"""Does each payment's status agree with the ledger's transfers? In linear time."""

from collections.abc import Iterable, Iterator, Mapping

from remit.kernel.ids import derive
from remit.ledger.finding import Finding
from remit.ledger.items import transfer_of
from remit.ledger.model import Leg, Transfer, between
from remit.ledger.verify import verify
from remit.payments.model import Payment
from remit.payments.release import RELEASE
from remit.payments.reserve import RESERVE, in_transit, transfer_id
from remit.payments.return_funds import RETURN
from remit.payments.store import payment_of
from remit.store.item import Item, text
from remit.store.table import Table

_READINGS = 3
_KINDS = frozenset({"payment", RESERVE, RELEASE, RETURN})


def findings(ledger: Table, payments: Table) -> list[Finding]:
    """What is wrong in both tables as they stand.

    A table is not read in one moment, so a transfer made meanwhile may be seen in part. Such a
    finding is gone in the next reading: only what is found in all of several counts.
    """
    lasting: list[Finding] = []
    for reading in range(_READINGS):
        # Payments first: what is completed then has its transfer in the ledger by now.
        paid, items = list(payments.scan()), list(ledger.scan())
        found = verify(items) + disagreements(paid, items)
        lasting = found if reading == 0 else [one for one in lasting if one in found]
        if not lasting:
            break
    return lasting


def disagreements(payments: Iterable[Item], ledger: Iterable[Item]) -> list[Finding]:
    """What of the payments' table and the ledger's do not fit, the earliest first."""
    moved: dict[str, dict[str, Transfer]] = {}
    for item in ledger:
        if item["sk"] == "transfer":
            transfer = transfer_of(item)
            if transfer.kind in _KINDS:
                owner = moved.setdefault(f"{transfer.tenant}#{transfer.reference}", {})
                owner[transfer.id] = transfer
    found: list[Finding] = []
    for item in payments:
        if item["sk"] == "payment":
            payment = payment_of(item)
            own = moved.pop(f"{payment.tenant}#{payment.id}", {})
            found += _payment(payment, text(item, "status"), own)
    for transfers in moved.values():
        found += [_stray(transfer) for transfer in transfers.values()]
    return sorted(found, key=lambda one: (one.at == 0, one.at, one.where, one.fault))


def _payment(payment: Payment, status: str, moved: Mapping[str, Transfer]) -> Iterator[Finding]:
    where, at = f"{payment.tenant}#{payment.id} payment", payment.created_at
    for fault in _faults(payment, status, moved):
        yield Finding(fault=fault, where=where, at=at)


def _faults(payment: Payment, status: str, moved: Mapping[str, Transfer]) -> Iterator[str]:
    if status != payment.status:
        yield "payment_status_wrong"
    expected = (_outside if payment.is_outside else _inside)(payment, status)
    for identifier, legs in expected.items():
        if identifier not in moved:
            yield "payment_without_transfer"
        elif not _is_as_expected(moved[identifier], payment, legs):
            yield "payment_differs"
    more = [transfer for name, transfer in moved.items() if name not in expected]
    returned = sum(_total(transfer) for transfer in more if transfer.kind == RETURN)
    is_whole = returned == payment.amount
    if returned != payment.returned or is_whole != (status == "returned"):
        yield "payment_returned_wrong"
    if any(transfer.kind != RETURN for transfer in more):
        yield "payment_not_completed"


def _inside(payment: Payment, status: str) -> Mapping[str, tuple[Leg, ...]]:
    """The transfers that a payment inside the house has by now, with their legs."""
    if status != "completed":
        return {}
    legs = between(payment.debtor_account, payment.creditor_account, payment.amount)
    return {derive("tr", payment.id, "post"): legs}


def _outside(payment: Payment, status: str) -> Mapping[str, tuple[Leg, ...]]:
    """The same for one that leaves it, but for what has come back later."""
    if payment.reached("reserved") is None:
        return {}
    there = between(payment.debtor_account, in_transit(payment), payment.amount)
    expected = {transfer_id(payment): there}
    if status == "declined":
        back = between(in_transit(payment), payment.debtor_account, payment.amount)
        expected[derive("tr", payment.id, RELEASE)] = back
    return expected


def _is_as_expected(transfer: Transfer, payment: Payment, legs: tuple[Leg, ...]) -> bool:
    if transfer.currency != payment.currency:
        return False
    if transfer.kind == RELEASE:
        # What the debtor's account cannot take goes to suspense.
        return set(transfer.legs) & set(legs) >= {legs[0]} and _total(transfer) == payment.amount
    return set(transfer.legs) == set(legs)


def _total(transfer: Transfer) -> int:
    return sum(leg.amount for leg in transfer.legs if leg.side == "debit")


def _stray(transfer: Transfer) -> Finding:
    return Finding(
        fault="transfer_without_payment", where=f"{transfer.tenant}#{transfer.id} transfer"
    )
