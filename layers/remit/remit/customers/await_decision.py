"""The state *Await decision*: leave the task token where a person's decision finds it."""

from remit.customers.model import Customer
from remit.customers.ports import Resume
from remit.customers.store import CustomerStore, Dossier, record_key
from remit.kernel.canonical import fingerprint
from remit.kernel.errors import Contended
from remit.store.commit import ATTEMPTS, Stale, commit, pause
from remit.store.item import Item
from remit.store.write import put
from remit.vault.seal import Subject, Vault

TASK = "task"
APPROVED = "approved"


def await_decision(
    customers: CustomerStore,
    vault: Vault,
    resume: Resume,
    *,
    tenant: str,
    customer_id: str,
    task_token: str,
    now: int,
) -> str:
    """`waiting`; or what was decided already, of which the machine has then been told.

    A decision is made on the customer's revision, which this changes: so either the decision finds
    the token here, or this finds the decision. Raises `CustomerNotFound` or `Contended`.
    """
    for attempt in range(ATTEMPTS):
        dossier = customers.dossier(tenant, customer_id)
        decided = decision_of(dossier.customer)
        if decided is not None:
            resume(task_token, {"status": decided})
            return decided
        if dossier.task is not None and dossier.task["token_hash"] == _hash(task_token):
            return "waiting"
        try:
            _leave(customers, vault, dossier.customer, task_token, now)
        except Stale:
            pause(attempt)
        else:
            return "waiting"
    raise Contended


def decision_of(customer: Customer) -> str | None:
    """What the machine is to be told: `approved`, or the state; None while nobody has decided."""
    if customer.status != "needs_attention":
        return customer.status
    return APPROVED if customer.decided is not None and not customer.was_active else None


def tell(vault: Vault, dossier: Dossier, resume: Resume) -> None:
    """Tell the machine that waits, if one does, what was decided. Twice is harmless."""
    decided = decision_of(dossier.customer)
    if dossier.task is None or decided is None:
        return
    customer = dossier.customer
    subject = vault.retained(customer.tenant, customer.id)
    token = subject.open_json(TASK, dossier.task["sealed"], kept=True)  # type: ignore[arg-type]
    resume(str(token), {"status": decided})


def _leave(
    customers: CustomerStore, vault: Vault, customer: Customer, task_token: str, now: int
) -> None:
    subject: Subject = vault.subject(customer.tenant, customer.id)
    task: Item = record_key(customer.tenant, customer.id, TASK) | {
        "sealed": subject.seal_json(TASK, task_token, kept=True),
        "token_hash": _hash(task_token),
        "at": now,
        "by": "onboarding",
        "why": "awaits a decision",
    }
    change = customers.change(customer, customer, by="onboarding", at=now, why="awaits a decision")
    commit(customers.table.client, [change, put(customers.table.name, task)])


def _hash(task_token: str) -> str:
    return fingerprint(task_token.encode())
