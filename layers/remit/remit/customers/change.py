"""One change of a customer: its state, and what is put into its evidence, in one commit."""

from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import Any

from remit.customers.capsule import bound, origin
from remit.customers.model import Customer, Status, Step
from remit.customers.store import CustomerStore, Section
from remit.kernel.clock import rfc3339
from remit.kernel.value import value
from remit.store.write import Write
from remit.vault.seal import Subject


@value
class Told:
    """What goes into the evidence: `facts` are codes that may stand in plain; `content` is sealed,
    and has whatever is personal.
    """

    name: str
    facts: Mapping[str, Any]
    content: Mapping[str, Any]


@value
class Change:
    """A customer after a change, the sections of evidence that tell of it, and the writes."""

    customer: Customer
    sections: tuple[Section, ...]
    writes: tuple[Write, ...]


def changed(
    store: CustomerStore,
    subject: Subject,
    before: Customer,
    after: Customer,
    *told: Told,
    by: str,
    at: int,
    why: str,
) -> Change:
    """The change of `before` into `after`, told of; its commit is `Stale` when it has moved."""
    after, sections = recorded(subject, after, told, by=by, at=at)
    after = replace(after, revision=before.revision + 1)
    change = store.change(before, after, by=by, at=at, why=why)
    put = [store.section(after, section) for section in sections]
    return Change(customer=after, sections=tuple(sections), writes=(change, *put))


def recorded(
    subject: Subject, customer: Customer, told: Sequence[Told], *, by: str, at: int
) -> tuple[Customer, list[Section]]:
    """The customer with more evidence, and the sections to be put, sealed under what is kept."""
    sections, before = [], customer.evidence or origin(customer.tenant, customer.id)
    for one in told:
        number = customer.evidence_count + 1
        content = {**one.facts, **one.content}
        shown = {"name": one.name, "at": rfc3339(at), "by": by, "content": content}
        before = bound(shown, before)
        customer = replace(customer, evidence=before, evidence_count=number)
        sealed = subject.seal_json(field(one.name, number), content, kept=True)
        sections.append(
            Section(name=one.name, number=number, at=at, by=by, facts=one.facts, sealed=sealed)
        )
    return customer, sections


def stepped(
    customer: Customer, status: Status, *, by: str, at: int, reason: str | None
) -> Customer:
    """The customer after a step to `status`."""
    return customer.after(Step(status=status, at=at, by=by, reason=reason))


def field(name: str, number: int) -> str:
    """What a section is sealed as."""
    return f"section.{name}.{number}"
