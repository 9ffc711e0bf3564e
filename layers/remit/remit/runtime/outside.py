"""What payments that leave the house need, loaded with the first of them and not before."""

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from remit.payments.outside import Outside


def outside() -> "Outside":
    """What accepting such a payment needs, from the function's settings."""
    from remit.runtime import rails

    return rails.outside()
