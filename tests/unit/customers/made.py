"""Made things that tests of onboarding share: customers, sections, dossiers."""

from typing import Any

from remit.customers.model import Customer, Step
from remit.customers.store import Dossier, Section

NOW = 1_795_512_600_000  # 2026-11-24T09:30:00Z
ID = "cus_" + "0" * 26


def customer(*statuses: Any, **more: Any) -> Customer:
    """A customer who went through these states, `in_review` first."""
    given = {
        "id": ID,
        "tenant": "acme",
        "kind": "person",
        "currencies": ("EUR",),
        "created_at": NOW,
        "created_by": "ada",
        "history": tuple(Step(status=one, at=NOW, by="t") for one in ("in_review", *statuses)),
    }
    return Customer(**(given | more))


def section(name: str, number: int, **facts: Any) -> Section:
    return Section(name=name, number=number, at=NOW, by="test", facts=facts, sealed=b"")


def dossier(one: Customer, *sections: Section) -> Dossier:
    return Dossier(customer=one, application=None, sections=sections, task=None, erasure=None)
