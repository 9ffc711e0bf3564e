"""Payments that wait for a person, and what the person decided.

| pk | sk | what |
|---|---|---|
| `<tenant>#cases#open` | `<case id>` | a case that waits |
| `<tenant>#cases#closed` | `<case id>` | a case with its decision |
"""

from remit.fraud.schema import CasesQuery, CaseStatus
from remit.fraud.store import RiskStore
from remit.kernel.clock import rfc3339
from remit.kernel.errors import Refusal
from remit.kernel.ids import is_id, timed
from remit.kernel.page import InvalidCursor, cursor, position
from remit.kernel.value import value
from remit.store.item import Item, integer, text
from remit.store.write import Write, delete, put_new


class CaseNotFound(Refusal):
    """No case of this tenant has that id."""

    status = 404
    title = "No such case"


class CaseDecided(Refusal):
    """Somebody has decided the case before."""

    status = 409
    title = "The case has been decided"


@value
class Case:
    """A payment that waits for a person: which, since when, why."""

    id: str
    tenant: str
    payment_id: str
    opened_at: int
    score: int
    reasons: tuple[str, ...]


def case_id(payment_id: str, opened_at: int) -> str:
    """The id of the case that a payment opened then: cases sort by their age."""
    return timed("case", opened_at, payment_id)


def open_case(risk: RiskStore, case: Case) -> Write:
    """Put the case into the queue."""
    item: Item = _key(case.tenant, "open", case.id) | {
        "payment": case.payment_id,
        "at": case.opened_at,
        "score": case.score,
        "reasons": list(case.reasons),
        "by": "fraud",
        "why": "review",
    }
    return put_new(risk.table.name, item, exists=lambda _: CaseDecided())


def find_open(risk: RiskStore, tenant: str, identifier: str) -> Item:
    """The open case. Raises `CaseDecided` if it was closed, `CaseNotFound` if it never was."""
    if not is_id("case", identifier):
        raise CaseNotFound
    found = risk.table.get(_key(tenant, "open", identifier))
    if found is not None:
        return found
    if risk.table.get(_key(tenant, "closed", identifier)) is not None:
        raise CaseDecided
    raise CaseNotFound


def closed(case: Item, *, decision: str, reason: str, by: str, now: int) -> Item:
    """The case with a person's decision."""
    tenant = text(case, "pk").partition("#")[0]
    key = _key(tenant, "closed", text(case, "sk"))
    return case | key | {"decision": decision, "by": by, "why": reason, "decided_at": now}


def close(risk: RiskStore, case: Item, decided: Item) -> list[Write]:
    """Take `case` out of the queue, keep it as `decided`. Of two at once one is `CaseDecided`."""
    open_key: Item = {"pk": case["pk"], "sk": case["sk"]}
    return [
        delete(risk.table.name, open_key, missing=lambda _: CaseDecided()),
        put_new(risk.table.name, decided, exists=lambda _: CaseDecided()),
    ]


def page(risk: RiskStore, tenant: str, asked: CasesQuery) -> dict[str, object]:
    """A page of cases, oldest first (`schema.CasesView`). Raises `InvalidCursor`."""
    scope = f"cases {asked.status}"
    after = _after(scope, asked.cursor)
    listed = risk.table.query(f"{tenant}#cases#{asked.status}", above=after, limit=asked.limit)
    last = text(listed.items[-1], "sk") if listed.items and listed.next_key else None
    return {
        "items": [case_view(item, asked.status) for item in listed.items],
        "next_cursor": cursor(scope, {"after": last} if last else None),
    }


def _after(scope: str, text: str | None) -> str | None:
    found = position(scope, text)
    if found is None:
        return None
    after = found.get("after")
    if not isinstance(after, str) or not is_id("case", after):
        raise InvalidCursor
    return after


def case_view(item: Item, status: CaseStatus) -> dict[str, object]:
    """A case as clients see it (`schema.CaseView`)."""
    view: dict[str, object] = {
        "id": item["sk"],
        "payment_id": item["payment"],
        "status": status,
        "opened_at": rfc3339(integer(item, "at")),
        "score": item["score"],
        "reasons": item["reasons"],
    }
    if status == "closed":
        view["decision"] = item["decision"]
        view["decision_reason"] = item["why"]
        view["decided_by"] = item["by"]
        view["decided_at"] = rfc3339(integer(item, "decided_at"))
    return view


def _key(tenant: str, status: CaseStatus, identifier: str) -> Item:
    return {"pk": f"{tenant}#cases#{status}", "sk": identifier}
