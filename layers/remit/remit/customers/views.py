"""Customers as clients see them: codes, ids and times, nothing personal."""

from collections.abc import Sequence
from typing import Any

from remit.customers.model import REASONS, Customer, Opened, Step
from remit.customers.store import Section
from remit.kernel.clock import rfc3339
from remit.ledger import numbers

_SHOWN = ("identity", "screening", "risk", "decision")


def customer_view(
    customer: Customer, sections: Sequence[Section], *, numbered: bool = False
) -> dict[str, object]:
    """The customer (`schema.CustomerView`), with the newest of each check among `sections`.

    Account numbers are in it only if asked for: answers of commands are stored as they are.
    """
    newest = {section.name: section for section in sections}
    return {
        "id": customer.id,
        "type": customer.kind,
        "status": customer.status,
        "currencies": list(customer.currencies),
        "accounts": [opened_view(one, numbered=numbered) for one in customer.accounts],
        "checks": [_check_view(newest[name]) for name in _SHOWN if name in newest],
        "risk": _risk_view(newest),
        "created_at": rfc3339(customer.created_at),
        "erased_at": rfc3339(customer.erased_at) if customer.erased_at is not None else None,
        "evidence_hash": customer.evidence or None,
        "history": [_step_view(step) for step in customer.history],
    }


def opened_view(one: Opened, *, numbered: bool) -> dict[str, object]:
    """An account of the customer (`schema.OpenedView`), with its number or without."""
    view: dict[str, object] = {"id": one.id, "currency": one.currency}
    if numbered:
        view["iban"] = numbers.number(one.bank, one.id, one.draw).iban if one.bank else None
    return view


def _check_view(section: Section) -> dict[str, object]:
    return {
        "check": section.name,
        "outcome": section.facts["outcome"],
        "reasons": list(section.facts.get("reasons", ())),
        "at": rfc3339(section.at),
    }


def _risk_view(newest: dict[str, Section]) -> dict[str, Any] | None:
    if "risk" not in newest:
        return None
    scored, override = newest["risk"].facts, newest.get("override")
    return {
        "tier": override.facts["tier"] if override else scored["tier"],
        "score": scored["score"],
        "factors_version": scored["version"],
        "overridden": override is not None,
    }


def _step_view(step: Step) -> dict[str, object]:
    view: dict[str, object] = {"status": step.status, "at": rfc3339(step.at)}
    if step.reason is not None:
        view["reason"] = step.reason
        view["reason_text"] = REASONS[step.reason]
    return view
