"""The ledger in memory, on the pure model: what tests of it keep accounts in."""

from dataclasses import dataclass, field

from remit.ledger.model import Account, Leg, Transfer
from remit.ledger.phases import (
    End,
    Hold,
    Operation,
    Recorded,
    Step,
    carry_out,
    needed,
    touched,
)
from remit.ledger.refusals import TransferConflict

START = 1_795_512_600_000  # 2026-11-24T09:30:00Z


def transfer(name, *legs, at=START, currency="EUR", reverses=None, value_at=None):
    """A transfer of `legs` such as `("a", -5), ("b", 5)`: negative amounts are debits."""
    return Transfer(
        id=name,
        tenant="acme",
        currency=currency,
        legs=tuple(
            Leg(account_id=who, side="debit" if amount < 0 else "credit", amount=abs(amount))
            for who, amount in legs
        ),
        kind="test",
        reference=name,
        by="ada",
        at=at,
        reverses=reverses,
        value_at=value_at,
    )


def pay(name, debtor, creditor, amount, **more):
    return transfer(name, (debtor, -amount), (creditor, amount), **more)


def end(name, outcome="posted", amount=None, at=START):
    return End(transfer_id=name, tenant="acme", outcome=outcome, by="ada", at=at, amount=amount)


@dataclass
class Books:
    """Accounts and transfers; `do` carries operations out as one commit."""

    accounts: dict[str, Account] = field(default_factory=dict)
    recorded: dict[str, Recorded] = field(default_factory=dict)

    def add(self, name, *, currency="EUR", **more):
        self.accounts[name] = Account(tenant="acme", id=name, currency=currency, **more)

    def do(self, *operations: Operation) -> list[Step]:
        known = {name: self.recorded[name] for name in needed(operations) if name in self.recorded}
        touched(operations, known)
        made = [one.transfer if isinstance(one, Hold) else one for one in operations]
        names = [one.id for one in made if isinstance(one, Transfer)]
        if self.recorded.keys() & names:
            raise TransferConflict
        steps = carry_out(operations, known, self.accounts)
        for step in steps:
            self.accounts |= {account.id: account for account in step.after}
            if step.touched is not None:
                self.recorded[step.touched.transfer.id] = step.touched
            self._keep(step.operation)
        return steps

    def _keep(self, operation: Operation) -> None:
        if isinstance(operation, Hold):
            self.recorded[operation.transfer.id] = Recorded(
                transfer=operation.transfer, expires_at=operation.expires_at
            )
        elif isinstance(operation, Transfer):
            self.recorded[operation.id] = Recorded(transfer=operation)
