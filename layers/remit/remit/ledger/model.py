"""Accounts, transfers, and what a transfer does to an account. Pure: no clock, no I/O."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from datetime import date, timedelta
from typing import Literal

from remit.kernel.clock import DAY, rfc3339
from remit.kernel.errors import Refusal
from remit.kernel.money import MAX_AMOUNT
from remit.kernel.value import value
from remit.ledger.refusals import (
    AccountClosed,
    AccountFrozen,
    AccountNotEmpty,
    BalanceTooLarge,
    CurrencyMismatch,
    InsufficientFunds,
    LimitExceeded,
    SameAccount,
)

Side = Literal["debit", "credit"]
Frozen = Literal["none", "debits", "credits", "both"]

MOST_VALUE_SHIFT = 31 * DAY
"""How far a transfer's value time may lie from its booking, in milliseconds."""

MOST_LEGS = 20
"""A commit holds 100 writes; a transfer takes one more than it has legs."""


@value
class Rules:
    """What an account allows. `floor` (at most zero) is how low available may go by a debit;
    `limit`, if there is one, how high it may be raised; both in minor units. `aside` is what of a
    house account's limit this shard holds for the whole and may not use; see `headroom`.
    """

    floor: int = 0
    limit: int | None = None
    aside: int = 0
    frozen: Frozen = "none"
    closed: bool = False


@value
class Account:
    """An account's state after record `sequence` of its chain. Amounts are minor units.

    Customer money is what we owe, so credits raise the balance. The posted counters never fall;
    the pending ones are what is held now. Every balance is a difference between the four.
    `day` is the business day of the last record (ISO date); empty before the first.
    """

    tenant: str
    id: str
    currency: str
    may_overdraw: bool = False
    sequence: int = 0
    at: int = 0
    day: str = ""
    debits_pending: int = 0
    debits_posted: int = 0
    credits_pending: int = 0
    credits_posted: int = 0
    rules: Rules = Rules()

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

    @property
    def expected(self) -> int:
        """What there will be when all that is coming in has come: what a limit limits."""
        return self.posted + self.credits_pending

    @property
    def is_empty(self) -> bool:
        """Whether nothing is booked and nothing is held."""
        return self.posted == self.debits_pending == self.credits_pending == 0


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
    `at` when (milliseconds). `value_at` is from when it counts, if not from its booking; what was
    pending counts from its posting. `reverses` names the transfer that it takes back.
    """

    id: str
    tenant: str
    currency: str
    legs: tuple[Leg, ...]
    kind: str
    reference: str
    by: str
    at: int
    value_at: int | None = None
    reverses: str | None = None


@value
class Effect:
    """What happens to one account on one side: `amount` is booked, `held` is added to what is
    pending. `held` is negative where a hold ends.
    """

    account_id: str
    side: Side
    amount: int
    held: int = 0


def between(debtor: str, creditor: str, amount: int) -> tuple[Leg, ...]:
    """The two legs of a plain transfer; `SameAccount` when there is but one account."""
    if debtor == creditor:
        raise SameAccount
    return (
        Leg(account_id=debtor, side="debit", amount=amount),
        Leg(account_id=creditor, side="credit", amount=amount),
    )


def folded(transfer: Transfer) -> tuple[Leg, ...]:
    """The transfer's legs with those on one account taken together, in order of first mention.

    Accounts that come out even are left out; `SameAccount` when that leaves none. Raises
    `ValueError` for legs that are no transfer.
    """
    _check(transfer)
    sums: dict[str, int] = {}
    for leg in transfer.legs:
        signed = leg.amount if leg.side == "debit" else -leg.amount
        sums[leg.account_id] = sums.get(leg.account_id, 0) + signed
    legs = tuple(
        Leg(account_id=account_id, side="debit" if amount > 0 else "credit", amount=abs(amount))
        for account_id, amount in sums.items()
        if amount
    )
    if not legs:
        raise SameAccount
    return legs


def post(transfer: Transfer, accounts: Mapping[str, Account]) -> tuple[Account, ...]:
    """Every touched account after `transfer`, in the order of its folded legs.

    `accounts` holds each account's newest state by id. Raises what `move` raises.
    """
    effects = [
        Effect(account_id=leg.account_id, side=leg.side, amount=leg.amount)
        for leg in folded(transfer)
    ]
    return move(effects, accounts, currency=transfer.currency, at=transfer.at)


def move(
    effects: Sequence[Effect], accounts: Mapping[str, Account], *, currency: str, at: int
) -> tuple[Account, ...]:
    """Every touched account after `effects`, in their order; each names another account.

    The booking time is `at`, or the latest of the accounts' where that is later, so that time never
    runs backwards in a chain; the business day likewise. Of several things wrong the first is
    raised: `CurrencyMismatch`, then as `CHECKS` has them.
    """
    before = [accounts[effect.account_id] for effect in effects]
    if any(account.currency != currency for account in before):
        raise CurrencyMismatch
    after = [_after(effect, account) for effect, account in zip(effects, before, strict=True)]
    for refusal, fails in CHECKS:
        if any(map(fails, effects, before, after)):
            raise refusal
    booked = max(at, *(account.at for account in before))
    day = max(day_of(at), *(account.day for account in before))
    return tuple(replace(account, at=booked, day=day) for account in after)


def ruled(account: Account, rules: Rules, *, at: int) -> Account:
    """The account under other rules. Raises `AccountClosed`, or `AccountNotEmpty` on closing."""
    if account.rules.closed:
        raise AccountClosed
    if rules.closed and not account.is_empty:
        raise AccountNotEmpty
    return _next(replace(account, rules=rules), at=at, day=day_of(at))


def day_ended(account: Account, day: str, *, at: int) -> Account:
    """The account once `day` is over for it: whatever follows is booked on a later day."""
    return _next(account, at=at, day=day_after(day))


def day_of(moment: int) -> str:
    """The business day that `moment` (milliseconds) lies in, while it is open: the day in UTC."""
    return rfc3339(moment)[:10]


def day_after(day: str) -> str:
    """The day after an ISO date."""
    return (date.fromisoformat(day) + timedelta(days=1)).isoformat()


def _next(account: Account, *, at: int, day: str) -> Account:
    return replace(
        account,
        sequence=account.sequence + 1,
        at=max(at, account.at),
        day=max(day, account.day),
    )


def _after(effect: Effect, account: Account) -> Account:
    pending, posted = f"{effect.side}s_pending", f"{effect.side}s_posted"
    counters: dict[str, int] = {
        pending: getattr(account, pending) + effect.held,
        posted: getattr(account, posted) + effect.amount,
    }
    changed = {"sequence": account.sequence + 1, **counters}
    return replace(account, **changed)  # type: ignore[arg-type]


def _freezes(effect: Effect, old: Account, _: Account) -> bool:
    # A hold was agreed to before the account was frozen, so it may still come to its end.
    return effect.held >= 0 and old.rules.frozen in (f"{effect.side}s", "both")


def _falls_too_low(_: Effect, old: Account, new: Account) -> bool:
    return (
        new.available < old.available and new.available < new.rules.floor and not new.may_overdraw
    )


def _rises_too_high(_: Effect, old: Account, new: Account) -> bool:
    limit = new.rules.limit
    return limit is not None and old.expected < new.expected and new.expected > limit


def _grows_too_large(_: Effect, __: Account, new: Account) -> bool:
    out, into = new.debits_pending + new.debits_posted, new.credits_pending + new.credits_posted
    return max(out, into) > MAX_AMOUNT


Fails = Callable[[Effect, Account, Account], bool]

CHECKS: tuple[tuple[type[Refusal], Fails], ...] = (
    (AccountClosed, lambda _, old, __: old.rules.closed),
    (AccountFrozen, _freezes),
    (InsufficientFunds, _falls_too_low),
    (LimitExceeded, _rises_too_high),
    (BalanceTooLarge, _grows_too_large),
)
"""What an account may refuse, the earlier before the later, whichever leg it comes from."""


def _check(transfer: Transfer) -> None:
    if not 2 <= len(transfer.legs) <= MOST_LEGS:  # noqa: PLR2004
        raise ValueError(f"a transfer has 2 to {MOST_LEGS} legs")
    if any(leg.amount <= 0 for leg in transfer.legs):
        raise ValueError("every leg moves a positive amount")
    if sum(leg.amount if leg.side == "debit" else -leg.amount for leg in transfer.legs) != 0:
        raise ValueError("debits and credits of a transfer are equal")
