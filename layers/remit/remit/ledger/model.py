"""Accounts, transfers, and what a transfer does to an account. Pure: no clock, no I/O."""

from collections.abc import Mapping
from dataclasses import replace
from typing import Literal

from remit.kernel.errors import Refusal
from remit.kernel.money import MAX_AMOUNT
from remit.kernel.value import value

Side = Literal["debit", "credit"]


class AccountNotFound(Refusal):
    """No account of this tenant has that id."""

    status = 404
    title = "No such account"


class InsufficientFunds(Refusal):
    """A debit beyond what is available."""

    title = "The account has not enough available funds"


class CurrencyMismatch(Refusal):
    """An account is kept in another currency than the transfer."""

    title = "The account is kept in another currency"


class SameAccount(Refusal):
    """A transfer from an account to itself."""

    title = "Debtor and creditor are the same account"


class BalanceTooLarge(Refusal):
    """A counter would pass 2^53-1 minor units."""

    title = "The balance would grow beyond what can be represented"


class TransferConflict(Refusal):
    """The transfer id has been used: a transfer is made once and never changed."""

    status = 409
    title = "The transfer exists already"


@value
class Account:
    """An account's state after record `sequence` of its chain. Amounts are minor units.

    Customer money is what we owe, so credits raise the balance. Four counters never fall; every
    balance is a difference between them.
    """

    tenant: str
    id: str
    currency: str
    may_overdraw: bool = False
    sequence: int = 0
    at: int = 0
    debits_pending: int = 0
    debits_posted: int = 0
    credits_pending: int = 0
    credits_posted: int = 0

    @property
    def posted(self) -> int:
        """What has been booked."""
        return self.credits_posted - self.debits_posted

    @property
    def pending(self) -> int:
        """What is announced but not booked: incoming less outgoing."""
        return self.credits_pending - self.debits_pending

    @property
    def available(self) -> int:
        """What may be spent: booked, less what is held for outgoing transfers."""
        return self.posted - self.debits_pending


@value
class Leg:
    """One side of a transfer: `amount` minor units debited from or credited to an account."""

    account_id: str
    side: Side
    amount: int


@value
class Transfer:
    """An immutable movement of money between accounts of one tenant and currency.

    `kind` says what it is for, `reference` names its cause (a payment's id), `by` who caused it,
    `at` when (milliseconds).
    """

    id: str
    tenant: str
    currency: str
    legs: tuple[Leg, ...]
    kind: str
    reference: str
    by: str
    at: int


def between(debtor: str, creditor: str, amount: int) -> tuple[Leg, ...]:
    """The two legs of a plain transfer; `SameAccount` when there is but one account."""
    if debtor == creditor:
        raise SameAccount
    return (
        Leg(account_id=debtor, side="debit", amount=amount),
        Leg(account_id=creditor, side="credit", amount=amount),
    )


def post(transfer: Transfer, accounts: Mapping[str, Account]) -> tuple[Account, ...]:
    """Every touched account after `transfer`, in the order of its legs.

    `accounts` holds each account's newest state by id. The booking time is the transfer's, or the
    latest of the accounts' where that is later, so that time never runs backwards in a chain.
    Raises `CurrencyMismatch`, `InsufficientFunds` or `BalanceTooLarge`, in that order.
    """
    _check_balanced(transfer)
    at = max(transfer.at, *(accounts[leg.account_id].at for leg in transfer.legs))
    if any(accounts[leg.account_id].currency != transfer.currency for leg in transfer.legs):
        raise CurrencyMismatch
    return tuple(_apply(leg, accounts[leg.account_id], at) for leg in transfer.legs)


def _apply(leg: Leg, account: Account, at: int) -> Account:
    if leg.side == "debit":
        if leg.amount > account.available and not account.may_overdraw:
            raise InsufficientFunds
        after = replace(account, debits_posted=account.debits_posted + leg.amount)
    else:
        after = replace(account, credits_posted=account.credits_posted + leg.amount)
    if max(after.debits_posted, after.credits_posted) > MAX_AMOUNT:
        raise BalanceTooLarge
    return replace(after, sequence=account.sequence + 1, at=at)


def _check_balanced(transfer: Transfer) -> None:
    if any(leg.amount <= 0 for leg in transfer.legs):
        raise ValueError("every leg moves a positive amount")
    if len({leg.account_id for leg in transfer.legs}) < len(transfer.legs):
        raise ValueError("a transfer touches each account once")
    if sum(leg.amount if leg.side == "debit" else -leg.amount for leg in transfer.legs) != 0:
        raise ValueError("debits and credits of a transfer are equal")
