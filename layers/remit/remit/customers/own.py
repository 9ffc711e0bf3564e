"""Accounts that a customer has: each is on the customer's record from the commit that opens it.

So whoever erases or turns a customer away sees all of them, and none comes into being behind them.
"""

from dataclasses import replace

from remit.customers.model import Customer, CustomerNotServed, Opened, TooManyAccounts
from remit.customers.store import CustomerStore
from remit.kernel.value import value
from remit.ledger.model import Account
from remit.store.idempotency import Command
from remit.store.item import Item, integer, text
from remit.store.write import Write

MOST_ACCOUNTS = 40
"""So many are frozen in one commit, with all that it takes to turn a customer away."""


@value
class Owners:
    """Says which customers may be given another account by hand (`ledger.open.Owners`)."""

    customers: CustomerStore

    def gain(self, command: Command, customer_id: str, account: Account, numbered: Item) -> Write:
        """The write that puts `account` on the customer's record, in the commit that opens it.

        `Stale` when anything else happened to the customer meanwhile. Refuses with
        `CustomerNotServed` or `TooManyAccounts`; raises `CustomerNotFound`.
        """
        customer = self.customers.get(command.tenant, customer_id)
        _check(customer)
        after = replace(customer, accounts=(*customer.accounts, owned(account, numbered)))
        return self.customers.change(
            customer, after, by=command.actor, at=command.now, why="account opened"
        )


def owned(account: Account, numbered: Item) -> Opened:
    """The account as the customer has it; `numbered` is its opening record."""
    if "bank" not in numbered:
        return Opened(id=account.id, currency=account.currency)
    return Opened(
        id=account.id,
        currency=account.currency,
        bank=text(numbered, "bank"),
        draw=integer(numbered, "draw"),
    )


def _check(customer: Customer) -> None:
    if customer.status != "active":
        raise CustomerNotServed(f"the customer is {customer.status}")
    if customer.erasing_at is not None:
        raise CustomerNotServed("the customer is being erased")
    if len(customer.accounts) >= MOST_ACCOUNTS:
        raise TooManyAccounts(f"a customer has at most {MOST_ACCOUNTS}")
