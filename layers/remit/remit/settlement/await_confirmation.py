"""The state *Await confirmation*: leave the task token where the bank's last answer finds it."""

from remit.settlement.store import SettlementStore
from remit.settlement.waiting import wait
from remit.settlement.walk import Resume


def await_confirmation(
    store: SettlementStore,
    resume: Resume,
    *,
    tenant: str,
    window_id: str,
    task_token: str,
) -> str:
    """`waiting`; or what the answers have come to already, of which the machine was told.

    Raises `WindowUnknown`, `Contended`, `Unavailable`, or what `resume` raises.
    """
    return wait(
        store, resume, "confirmation", tenant=tenant, window_id=window_id, task_token=task_token
    )
