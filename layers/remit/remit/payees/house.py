"""Whether an account of ours is held by who somebody thinks it is. Answers by the pure decision.

A holder's name is opened for this alone, and goes no further than a close match's answer.
"""

from collections.abc import Callable

from remit.kernel.value import value
from remit.ledger.numbers import holder_of
from remit.ledger.store import Ledger
from remit.rails.payee import Holder, Verification, verify
from remit.store.item import text

HolderOf = Callable[[str, str], Holder | None]
"""From a tenant and a customer to who that is; None when it is not known, or erased."""


@value
class Found:
    """An answer about an account of ours, and whose the name in it is: tenant and customer."""

    verification: Verification
    owner: tuple[str, str] | None = None


@value
class House:
    """Our accounts and who holds them, whichever tenant's they are."""

    ledger: Ledger
    holder: HolderOf

    def verify(self, name: str, iban: str) -> Found | None:
        """Whether the account of that IBAN is held by `name`; None when it is none of ours.

        An account that no customer holds answers NO_DATA.
        """
        ours = holder_of(self.ledger.table, iban)
        if ours is None:
            return None
        tenant, account = ours
        opening = self.ledger.chain(tenant, account).record(0) or {}
        if "customer" not in opening:
            return Found(verification=verify(name, None))
        customer = text(opening, "customer")
        found = verify(name, self.holder(tenant, customer))
        return Found(verification=found, owner=(tenant, customer))
