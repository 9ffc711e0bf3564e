"""Waiting for somebody: the token is left with the window, or the machine is told at once.

Whatever moves a window changes its version, and so does leaving a token. So either who moves it
finds the token there, or who leaves the token finds it moved. Where two machines wait for one
window, both tokens are left, and both are told.
"""

from remit.settlement.kept import Kept, Waits, told
from remit.settlement.store import SettlementStore
from remit.settlement.walk import Resume, change, walk


def wait(
    store: SettlementStore,
    resume: Resume,
    waits: Waits,
    *,
    tenant: str,
    window_id: str,
    task_token: str,
) -> str:
    """`waiting`, or what the machine has been told because it is known already."""

    def move(kept: Kept) -> str:
        status = told(kept, waits)
        if status is not None:
            resume(task_token, {"status": status})
            return status
        if (kept.waits, kept.token) != (waits, task_token):
            change(store, kept, kept.waiting(waits, task_token))
        return "waiting"

    return walk(store, tenant, window_id, move)
