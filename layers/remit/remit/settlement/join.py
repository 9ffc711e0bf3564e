"""Make members of windows: what a rail has accepted settles in the window of that instant, once.

Put the member, *then* read whether the window is sealed; whoever closes a window seals it, *then*
reads the members. So a consumer that sees no seal knows that its member is read. One that sees it
has the window computed anew while nothing has left the house. Afterwards the parts say whether the
member is in; if not, it counts from the window's end, and is in a later one (decision 20).
"""

from dataclasses import replace

from remit.kernel.bic import whole
from remit.kernel.errors import Contended, Fault
from remit.kernel.value import value
from remit.payments.model import Payment
from remit.payments.reserve import in_transit
from remit.settlement.kept import SEALED_AND_HERE, Change, Kept
from remit.settlement.model import Member, Window
from remit.settlement.store import SettlementStore
from remit.settlement.tables import mode_of, settled
from remit.settlement.timetable import window_of
from remit.settlement.walk import Resume, tell
from remit.settlement.windows import counted_at
from remit.store import commit as unit_of_work
from remit.store.commit import Stale, commit, pause

BY = "settlement"
MOST_ROUNDS = 20
"""A window is computed anew for late members so often; then they wait until it has left."""

MOST_WINDOWS = 400
"""Through how many windows a member is carried that comes later and later."""


class NotCountedYet(Fault):
    """Whether the member is in its window is not known yet: it is looked at again later."""

    title = "The window is still being computed"


@value
class Joined:
    """In which window a member counts, and whether it came too late for its own."""

    window_id: str
    late: bool


def members_of(payment: Payment, ours: str) -> tuple[Member, ...]:
    """What settles of a payment: itself once its rail has accepted it, and each return.

    `ours` is our BIC. Nothing of a payment inside the house, or on a rail without windows.
    """
    accepted = payment.reached("completed")
    if accepted is None or (payment.rail, payment.currency) not in settled():
        return ()
    theirs, held = _their_bank(payment, ours), in_transit(payment)

    def member(name: str, payer: str, payee: str, amount: int, at: int) -> Member:
        return Member(
            id=name,
            rail=payment.rail,
            currency=payment.currency,
            payer=payer,
            payee=payee,
            amount=amount,
            counted_at=at,
            held_on=held,
        )

    return (
        member(payment.id, ours, theirs, payment.amount, accepted),
        *(member(each.id, theirs, ours, each.amount, each.at) for each in payment.returns),
    )


def join(
    store: SettlementStore, resume: Resume, *, tenant: str, member: Member, now: int
) -> Joined:
    """See to it that `member` counts in exactly one window. Made again, it changes nothing.

    Raises `MemberDiffers`, `WindowNotThere`, `NotCountedYet`, `Contended` or `Unavailable`.
    """
    passed: list[str] = []
    counted = member
    for _ in range(MOST_WINDOWS):
        window = window_of(store, tenant, member.rail, member.currency, counted.counted_at)
        if _enters(store, resume, tenant, window, counted, now):
            for earlier in passed:
                _count_later(store, tenant, earlier, member.id, window.id)
            return Joined(window_id=window.id, late=bool(passed))
        passed.append(window.id)
        moment = counted_at(counted.counted_at, sealed_until=window.closes_at)
        counted = replace(counted, counted_at=moment)
    raise NotCountedYet


def opened(tenant: str, window: Window, *, at: int, by: str) -> Kept:
    """A window as it is when somebody first knows of it."""
    return Kept(
        tenant=tenant,
        window=window,
        mode=mode_of(window.rail),
        status="OPEN",
        round=1,
        version=1,
        history=(Change(status="OPEN", at=at, by=by),),
    )


def _enters(
    store: SettlementStore, resume: Resume, tenant: str, window: Window, member: Member, now: int
) -> bool:
    """Whether the member counts in the window; it is put there unless the window has left."""
    is_put = False
    for attempt in range(unit_of_work.ATTEMPTS):
        try:
            kept = store.find(tenant, window.id)
            if kept is None:
                new = opened(tenant, window, at=now, by=BY)
                commit(store.table.client, store.open(new))
            elif kept.is_final:
                return bool(store.is_counted(kept, member.id))
            if not is_put and not store.has(tenant, window.id, member.id):
                store.join(tenant, window.id, member, at=now)
            is_put = True
            if _is_in(store, resume, tenant, window.id, member, now):
                return True
        except Stale:
            pause(attempt)
    raise Contended


def _is_in(
    store: SettlementStore, resume: Resume, tenant: str, window_id: str, member: Member, now: int
) -> bool:
    """Whether a member that was put counts for sure; False when the window has left meanwhile."""
    kept = store.get(tenant, window_id)
    if kept.status == "OPEN":
        return True
    if kept.status not in SEALED_AND_HERE:
        return False
    if store.is_counted(kept, member.id):
        return True
    if kept.round >= MOST_ROUNDS:
        raise NotCountedYet
    commit(store.table.client, [store.change(kept, kept.late(at=now, by=BY))])
    tell(store, resume, tenant=tenant, window_id=window_id)
    return True


def _count_later(
    store: SettlementStore, tenant: str, window_id: str, member_id: str, later: str
) -> None:
    if store.has(tenant, window_id, member_id):
        store.counted_later(tenant, window_id, member_id, later)


def _their_bank(payment: Payment, ours: str) -> str:
    """The other bank by its BIC of 11 characters; by its country where nobody has named it."""
    bic = payment.creditor_bic
    if bic is None or whole(bic) == whole(ours):
        return f"UNNAMED{payment.creditor_country}"
    return whole(bic)
