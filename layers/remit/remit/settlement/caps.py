"""Net debit caps: how much a participant may owe before a window settles. Pure.

A cap is kept in shares, so that no single record takes part in every payment. Each holds its
`headroom`: its part of the cap, less what was drawn, plus what came in. The commit that accepts a
payment draws on one share, and on several only where one does not have enough; its condition is
that each still has what is drawn from it. The headrooms of all shares sum to what the cap leaves.
"""

from collections.abc import Sequence
from dataclasses import replace

from remit.kernel.ids import derive
from remit.kernel.value import value
from remit.settlement.model import NetDebitCapExceeded

MOST_SHARES = 16


@value
class Share:
    """A part of a participant's cap in one window. `headroom` is in minor units, never negative."""

    window_id: str
    participant: str
    number: int
    headroom: int


@value
class Draw:
    """What a commit takes from one share, on the condition that its headroom is no less."""

    number: int
    amount: int


def shares(
    window_id: str, participant: str, *, cap: int, count: int = MOST_SHARES
) -> tuple[Share, ...]:
    """The shares of a new window: `cap` minor units in `count` parts, the first ones larger by
    what is left over.
    """
    if cap < 0 or not 1 <= count <= MOST_SHARES:
        raise ValueError(f"a cap is not negative, and is kept in 1 to {MOST_SHARES} shares")
    part, left = divmod(cap, count)
    return tuple(
        Share(
            window_id=window_id,
            participant=participant,
            number=number,
            headroom=part + (number < left),
        )
        for number in range(count)
    )


def draw(found: Sequence[Share], member_id: str, amount: int) -> tuple[Draw, ...]:
    """What a payment of `amount` draws on: its own share, and the next ones for what that lacks.

    `found` are all shares of the payer in the window. Raises `NetDebitCapExceeded` when all of them
    together have too little.
    """
    if amount <= 0:
        raise ValueError("a payment draws a positive amount")
    start, draws, missing = _own(member_id, len(found)), list[Draw](), amount
    for share in [*found[start:], *found[:start]]:
        taken = min(missing, share.headroom)
        if taken:
            draws.append(Draw(number=share.number, amount=taken))
        missing -= taken
    if missing:
        raise NetDebitCapExceeded
    return tuple(draws)


def drawn(found: Sequence[Share], draws: Sequence[Draw]) -> tuple[Share, ...]:
    """The shares after `draws`. Raises `NetDebitCapExceeded` where one no longer has enough."""
    taken = {each.number: each.amount for each in draws}
    after = tuple(
        replace(share, headroom=share.headroom - taken.get(share.number, 0)) for share in found
    )
    if any(share.headroom < 0 for share in after):
        raise NetDebitCapExceeded
    return after


def raised(found: Sequence[Share], member_id: str, amount: int) -> tuple[Share, ...]:
    """The payee's shares once a payment of `amount` has come in, or one of its own was taken back:
    the share of that member has as much more.
    """
    if amount <= 0:
        raise ValueError("a payment raises by a positive amount")
    own = _own(member_id, len(found))
    return tuple(
        replace(share, headroom=share.headroom + amount) if place == own else share
        for place, share in enumerate(found)
    )


def _own(member_id: str, count: int) -> int:
    # The last character of an id's ULID form has five of its 128 bits, spread evenly.
    return "0123456789ABCDEFGHJKMNPQRSTVWXYZ".index(derive("shr", member_id)[-1]) % count
