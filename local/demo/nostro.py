"""Puts money on the nostro as a settled window does: the demo's stand-in for a settlement bank."""

import time
from collections.abc import Callable

from local.cloud import Cloud
from local.demo.client import DidNotHold
from local.seed import DEMO
from remit.kernel.ids import derive
from remit.ledger.chart import house_account_id
from remit.ledger.model import Transfer, between
from remit.ledger.store import Ledger
from remit.store.commit import Stale, commit

_TRIES = 10


def settler(here: Cloud) -> Callable[[int, str], None]:
    """Books an amount of EUR (minor units, positive for what comes in) under a reference."""

    def settle(amount: int, reference: str) -> None:
        ledger = Ledger.of(here.client("dynamodb"), here.resources["LedgerTable"])
        transfer = _transfer(amount, reference, at=time.time_ns() // 1_000_000)
        for _ in range(_TRIES):
            try:
                commit(ledger.table.client, ledger.post(transfer))
            except Stale:
                continue
            return
        raise DidNotHold(f"{reference} could not be booked on the nostro")

    return settle


def _transfer(amount: int, reference: str, *, at: int) -> Transfer:
    nostro, other = (
        house_account_id(name, currency="EUR", cause=reference, at=at)
        for name in ("nostro", "settlement")
    )
    legs = between(nostro, other, amount) if amount > 0 else between(other, nostro, -amount)
    return Transfer(
        id=derive("tr", DEMO.name, "demo", reference),
        tenant=DEMO.name,
        currency="EUR",
        legs=legs,
        kind="settlement",
        reference=reference,
        by="settlement",
        at=at,
    )
