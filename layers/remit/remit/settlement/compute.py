"""The state *Compute part*: read one part's members, and keep what they come to."""

from remit.settlement.computed import compute
from remit.settlement.join import join
from remit.settlement.netting import belongs
from remit.settlement.store import SettlementStore
from remit.settlement.walk import Resume


def compute_part(
    store: SettlementStore,
    resume: Resume,
    *,
    ours: str,
    tenant: str,
    window_id: str,
    part: int,
    now: int,
) -> str:
    """`computed`, or the window's status when it is not to be computed (any more).

    The first computation of a part in a round stands. A member that was put here before an early
    cut-off was known goes to the window that it belongs to. Raises `WindowUnknown`, `MemberDiffers`
    or `Unavailable`.
    """
    kept = store.get(tenant, window_id)
    if kept.status != "CLOSED":
        return kept.status.lower()
    members = list(store.members(tenant, window_id, part))
    for member in members:
        if not belongs(kept.window, member):
            elsewhere = join(store, resume, tenant=tenant, member=member, now=now)
            store.counted_later(tenant, window_id, member.id, elsewhere.window_id)
    mine = [member for member in members if belongs(kept.window, member)]
    store.keep_part(kept, compute(kept.window, part, mine, ours=ours))
    return "computed"
