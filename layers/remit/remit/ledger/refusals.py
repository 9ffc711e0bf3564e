"""Everything that the ledger may refuse: a closed list, in order of precedence.

Where several are true the first in `PRECEDENCE` is what the caller hears, so that a refusal says
the same thing on every try. Operations of one commit are judged one after the other, once all that
they name is there and may be touched (up to `OwnedElsewhere`).
"""

from remit.kernel.errors import Refusal


class TransferConflict(Refusal):
    """The transfer id has been used: a transfer is made once and never changed."""

    status = 409
    title = "The transfer exists already"


class TransferNotFound(Refusal):
    """No transfer of this tenant has that id."""

    status = 404
    title = "No such transfer"


class OwnedElsewhere(Refusal):
    """What a process of the house has made (a payment, say) is ended and taken back by it alone."""

    status = 409
    title = "The transfer is ended or taken back by what has made it"


class NotPending(Refusal):
    """The transfer was posted at once: there is no hold to end."""

    status = 409
    title = "The transfer is not a pending one"


class TransferPosted(Refusal):
    """The hold has been posted, in whole or in part: that was its end."""

    status = 409
    title = "The pending transfer has been posted"


class TransferVoided(Refusal):
    """The hold has been given up."""

    status = 409
    title = "The pending transfer has been voided"


class TransferExpired(Refusal):
    """The time of the hold is over, whether or not it has been released yet."""

    status = 409
    title = "The pending transfer has expired"


class NotExpired(Refusal):
    """A hold may be expired only when its time is over."""

    status = 409
    title = "The pending transfer has not expired yet"


class MoreThanHeld(Refusal):
    """Posting more than the hold is for."""

    title = "That is more than is held"


class NothingPosted(Refusal):
    """What is to be reversed has moved nothing: it is pending, or has come to nothing."""

    status = 409
    title = "The transfer has moved nothing that could be reversed"


class ReversalDiffers(Refusal):
    """A reversal has the legs of the original on the same accounts, with sides changed."""

    title = "The reversal does not mirror the transfer"


class PartOfManyLegs(Refusal):
    """With more than two legs it would be open whose part it is: the whole, or nothing."""

    title = "A transfer of many legs is taken whole"


class MoreThanPosted(Refusal):
    """The reversals of a transfer together would take back more than it moved."""

    title = "That is more than was posted"


class ExpiryPassed(Refusal):
    """A hold that would be over in the moment it is made, or before."""

    title = "The hold would be over before it began"


class ExpiryTooFar(Refusal):
    """A hold that would bind money for longer than `phases.LONGEST_HOLD`, 366 days."""

    title = "The hold would last longer than a year"


class SameAccount(Refusal):
    """A transfer from an account to itself."""

    title = "Debtor and creditor are the same account"


class AccountNotFound(Refusal):
    """No account of this tenant has that id."""

    status = 404
    title = "No such account"


class CurrencyMismatch(Refusal):
    """An account is kept in another currency than the transfer."""

    title = "The account is kept in another currency"


class AccountClosed(Refusal):
    """The account has been closed, for ever."""

    title = "The account is closed"


class AccountFrozen(Refusal):
    """The account is frozen in the direction that the transfer takes."""

    title = "The account is frozen"


class InsufficientFunds(Refusal):
    """A debit beyond what is available."""

    title = "The account has not enough available funds"


class LimitExceeded(Refusal):
    """A credit beyond what the account may hold."""

    title = "The account may not hold that much"


class BalanceTooLarge(Refusal):
    """A counter would pass 2^53-1 minor units."""

    title = "The balance would grow beyond what can be represented"


class AccountNotEmpty(Refusal):
    """An account is closed only with nothing on it and nothing held."""

    status = 409
    title = "The account is not empty"


class ValueTimeOutOfRange(Refusal):
    """The value time lies further from the booking than the house allows."""

    title = "The value time is too far from the booking"


class MoreThanOneCommit(Refusal):
    """Linked operations that touch more than one commit holds: 99 records and conditions."""

    title = "That is more than one commit can hold"


PRECEDENCE: tuple[type[Refusal], ...] = (
    TransferConflict,
    TransferNotFound,
    SameAccount,
    AccountNotFound,
    OwnedElsewhere,
    NotPending,
    TransferPosted,
    TransferVoided,
    TransferExpired,
    NotExpired,
    MoreThanHeld,
    NothingPosted,
    ReversalDiffers,
    PartOfManyLegs,
    MoreThanPosted,
    ExpiryPassed,
    ExpiryTooFar,
    CurrencyMismatch,
    AccountClosed,
    AccountFrozen,
    InsufficientFunds,
    LimitExceeded,
    BalanceTooLarge,
    ValueTimeOutOfRange,
    MoreThanOneCommit,
    AccountNotEmpty,
)
"""What is named must be there and may be touched, in all operations; then for each of them in turn:
what there is of the transfer, what it asks for, what its accounts allow.
"""
