"""A person decides on a customer who needs attention."""

from collections.abc import Iterator, Mapping
from dataclasses import replace
from http import HTTPStatus
from typing import Any, cast

from remit.customers.await_decision import tell
from remit.customers.change import Change, Told, changed, field, stepped
from remit.customers.model import Customer, Decided, EvidenceChanged, NotToBeDecided
from remit.customers.ports import Resume
from remit.customers.schema import Decision
from remit.customers.store import CustomerStore, Dossier
from remit.customers.views import customer_view
from remit.kernel.canonical import canonical_json
from remit.kernel.clock import rfc3339
from remit.kernel.value import value
from remit.ledger.model import ruled
from remit.ledger.store import Ledger
from remit.screening.model import Hit, hit_of
from remit.screening.store import ScreeningStore
from remit.store.idempotency import Answer, Command, answer_once
from remit.store.table import Table
from remit.store.write import Write
from remit.vault.seal import Subject, Vault

DECISION, REOPENED = "decision", "reopened"
_WITH_HITS = ("screening", REOPENED)


@value
class DecisionDesk:
    """Where decisions are made. `resume` tells the machine; should that fail, the table's stream
    brings the customer back.
    """

    customers: CustomerStore
    vault: Vault
    screening: ScreeningStore
    ledger: Ledger
    idempotency: Table
    resume: Resume


def decide(desk: DecisionDesk, command: Command, customer_id: str, request: Decision) -> Answer:
    """Record the decision and answer with the customer, once per key; then the machine goes on.

    An approval clears every hit that was raised, until the list's entry changes. One who had been
    active is active again at once; a rejection freezes the accounts. Of two people one is told
    `NotToBeDecided`. Who names the evidence that was looked at is told `EvidenceChanged` when there
    is more by now. Raises `CustomerNotFound`.
    """

    def act() -> tuple[Answer, list[Write]]:
        dossier = desk.customers.dossier(command.tenant, customer_id)
        change, more = _decided(desk, command, dossier, request)
        view = customer_view(change.customer, [*dossier.sections, *change.sections])
        answer = Answer(status=HTTPStatus.OK, body=canonical_json(view))
        return answer, [*change.writes, *more]

    answer = answer_once(desk.idempotency, command, act)
    if answer.status == HTTPStatus.OK and not answer.replayed:
        tell(desk.vault, desk.customers.dossier(command.tenant, customer_id), desk.resume)
    return answer


def _decided(
    desk: DecisionDesk, command: Command, dossier: Dossier, request: Decision
) -> tuple[Change, list[Write]]:
    customer = dossier.customer
    _check(customer, request)
    subject = desk.vault.subject(customer.tenant, customer.id)
    decided = Decided(decision=request.decision, by=command.actor, at=command.now)
    after = _after(replace(customer, decided=decided), command, request)
    change = changed(
        desk.customers,
        subject,
        customer,
        after,
        Told(name=DECISION, facts=_facts(request), content={"reason": request.reason}),
        by=command.actor,
        at=command.now,
        why=request.decision,
    )
    if request.decision == "approve":
        return change, _cleared(desk, command, subject, dossier)
    return change, _frozen(desk, command, customer)


def _check(customer: Customer, request: Decision) -> None:
    pending = customer.decided is not None and not customer.was_active
    if customer.status == "needs_attention" and not pending:
        if request.evidence_hash not in (None, customer.evidence):
            raise EvidenceChanged
        return
    decided = customer.decided
    raise NotToBeDecided(
        f"{decided.by} decided to {decided.decision} at {rfc3339(decided.at)}"
        if decided
        else f"the customer is {customer.status}"
    )


def _after(customer: Customer, command: Command, request: Decision) -> Customer:
    """The customer after the decision. Who has no accounts yet is activated by the machine."""
    if request.decision == "approve" and not customer.was_active:
        return customer
    status = "active" if request.decision == "approve" else "rejected"
    return stepped(customer, status, by=command.actor, at=command.now, reason="DECIDED")  # type: ignore[arg-type]


def _facts(request: Decision) -> Mapping[str, Any]:
    outcome = {"approve": "approved", "reject": "rejected"}[request.decision]
    return {"outcome": outcome, "reasons": ["DECIDED"]}


def _cleared(
    desk: DecisionDesk, command: Command, subject: Subject, dossier: Dossier
) -> list[Write]:
    hits = {(hit.source, hit.entry_id): hit for hit in raised(subject, dossier)}
    if not hits:
        return []
    return desk.screening.dispose(
        command.tenant,
        dossier.customer.id,
        list(hits.values()),
        by=command.actor,
        reason="approved",
        at=command.now,
    )


def raised(subject: Subject, dossier: Dossier) -> Iterator[Hit]:
    """Every hit on record, later ones last: of an entry that has changed the newest counts."""
    for section in dossier.sections:
        if section.name not in _WITH_HITS:
            continue
        content = subject.open_json(field(section.name, section.number), section.sealed, kept=True)
        for party in cast(Any, content)["parties"]:
            yield from map(hit_of, party["screening"]["hits"])


def _frozen(desk: DecisionDesk, command: Command, customer: Customer) -> list[Write]:
    """Nothing moves any more on the accounts of a customer who is turned away."""
    writes = []
    for one in customer.accounts:
        account = desk.ledger.account(customer.tenant, one.id)
        if account.rules.closed:
            continue
        rules = replace(account.rules, frozen="both")
        frozen = ruled(account, rules, at=command.now)
        writes.append(desk.ledger.record(frozen, by=command.actor, why="rules customer rejected"))
    return writes
