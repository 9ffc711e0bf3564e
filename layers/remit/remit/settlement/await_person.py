"""The state *Await person*: leave the task token where a person's decision finds it."""

from remit.settlement.store import SettlementStore
from remit.settlement.waiting import wait
from remit.settlement.walk import Resume


def await_person(
    store: SettlementStore,
    resume: Resume,
    *,
    tenant: str,
    window_id: str,
    task_token: str,
) -> str:
    """`waiting`; or what was decided, or has happened, already, of which the machine was told.

    Raises `WindowUnknown`, `Contended`, `Unavailable`, or what `resume` raises.
    """
    return wait(store, resume, "person", tenant=tenant, window_id=window_id, task_token=task_token)
