"""Statements and a nostro for tests, and the machine as its chart has it."""

from typing import Any

from local.statement import BankLine, BankStatement, camt
from remit.ledger.chart import house_account_id
from remit.ledger.model import Transfer, between
from remit.ledger.store import Ledger
from remit.store.commit import commit
from tests.builders import lambda_context
from tests.integration.cloud import START, Cloud, Reply, handler

DAY = "2026-11-24"
TASKS = {
    "received": "read_statement",
    "waiting": "read_statement",
    "read": "match_entries",
    "matched": "raise_breaks",
    "raising": "raise_breaks",
    "raised": "report",
}


def move(
    cloud: Cloud, amount: int, reference: str, *, at: int = START, tenant: str = "acme"
) -> str:
    """Money on the nostro, as settlement would book it: in for a positive amount, out otherwise."""
    ledger = Ledger.of(cloud.dynamodb, "Ledger")
    where = {"currency": "EUR", "cause": reference, "at": at}
    nostro, other = (house_account_id(name, **where) for name in ("nostro", "settlement"))
    legs = between(nostro, other, amount) if amount > 0 else between(other, nostro, -amount)
    transfer = Transfer(
        id=f"tr_{reference}",
        tenant=tenant,
        currency="EUR",
        legs=legs,
        kind="settlement",
        reference=reference,
        by="settlement",
        at=at,
    )
    commit(cloud.dynamodb, ledger.post(transfer))
    return nostro


def line(amount: int, reference: str = "", *, day: str = DAY, **more: str) -> BankLine:
    return BankLine(amount=amount, day=day, reference=reference, **more)


def statement(*lines: BankLine, **more: Any) -> BankStatement:
    told = {"id": "STM-1", "account": "NOSTRO-1", "first": DAY, "last": DAY} | more
    return BankStatement(lines=lines, **told)


def send(cloud: Cloud, content: bytes | str, **request: Any) -> Reply:
    """What the API answers to a file."""
    kind = request.pop("kind", "application/xml")
    body = content if isinstance(content, str) else content.decode()
    told: dict[str, Any] = {"role": "operator", "headers": {"Content-Type": kind}} | request
    return cloud.api("POST", "/statements", body=body, left=25_000, **told)


def own(cloud: Cloud, account: str, currency: str = "EUR", **request: Any) -> Reply:
    """What the API answers to whoever says which account a nostro is."""
    body = {"currency": currency, "account": account}
    key = f"own-{currency}-{account}".replace(" ", "-")
    told: dict[str, Any] = {"role": "operator", "body": body, "key": key}
    return cloud.api("POST", "/nostro-accounts", **told | request)


def task(cloud: Cloud, name: str, run: str, status: str = "received", tenant: str = "acme") -> str:
    event = {"id": run, "tenant": tenant, "request_id": "req-1", "status": status}
    answer = handler(f"reconciliation/{name}")(event, lambda_context(60_000))
    assert answer == event | {"status": answer["status"]}
    return answer["status"]


def work_off(cloud: Cloud, run: str, *, until: str = "reported", tenant: str = "acme") -> str:
    """Run the machine until the run has come there."""
    status = "received"
    for _ in range(20):
        if status in (until, "failed", "reported"):
            return status
        status = task(cloud, TASKS[status], run, status, tenant)
        if status == "waiting":
            return status
    raise AssertionError(f"it never came to {until}")


def reconciled(cloud: Cloud, one: BankStatement) -> dict[str, Any]:
    """The run of a statement, at its end."""
    run = send(cloud, camt(one)).body["id"]
    assert work_off(cloud, run) == "reported"
    return shown(cloud, run)


def shown(cloud: Cloud, run: str, **query: str) -> dict[str, Any]:
    path = {"id": run}
    return cloud.api(
        "GET", "/reconciliations/{id}", path=path, role="auditor", query=query or None
    ).body


def breaks(cloud: Cloud, **query: str) -> list[dict[str, Any]]:
    answer = cloud.api("GET", "/breaks", role="auditor", query={"limit": "100"} | query)
    return answer.body["items"]


def kinds(cloud: Cloud, **query: str) -> list[tuple[str, int]]:
    """Breaks as type and difference."""
    return sorted((one["type"], one["difference"]) for one in breaks(cloud, **query))


def on_break(cloud: Cloud, name: str, act: str, body: object = None, **request: Any) -> Reply:
    told: dict[str, Any] = {"role": "operator", "subject": "ben@acme"} | request
    return cloud.api("POST", f"/breaks/{{id}}/{act}", path={"id": name}, body=body or {}, **told)


def nostro_balance(cloud: Cloud, *, shards: int = 2) -> int:
    """What the nostro holds, as the bank would show it."""
    ledger = Ledger.of(cloud.dynamodb, "Ledger")
    return sum(-ledger.account("acme", f"house.nostro.EUR.{n}").posted for n in range(shards))


def adjustment(amount: int, debit: str = "nostro", credit: str = "suspense") -> dict[str, Any]:
    return {"debit": debit, "credit": credit, "amount": amount, "currency": "EUR"}
