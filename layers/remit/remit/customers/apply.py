"""Apply to become a customer. Never makes two of one command, and keeps nothing in the clear."""

from collections.abc import Mapping
from datetime import UTC, date, datetime
from http import HTTPStatus
from typing import Any

from remit.customers import rules
from remit.customers.change import Told, recorded
from remit.customers.model import Customer, Step
from remit.customers.ports import Start
from remit.customers.store import CustomerStore
from remit.customers.views import customer_view
from remit.kernel import clock
from remit.kernel.canonical import canonical_json
from remit.kernel.ids import derive
from remit.kernel.value import value
from remit.store.idempotency import Answer, Command, answer_once
from remit.store.table import Table
from remit.store.write import Write
from remit.vault.seal import Vault

APPLICATION = "application"


@value
class Counter:
    """Where applications are taken. `start` sets the customer's machine going; should it fail, the
    table's stream brings the customer back.
    """

    customers: CustomerStore
    vault: Vault
    idempotency: Table
    start: Start


def apply(counter: Counter, command: Command, application: Mapping[str, Any]) -> Answer:
    """Take the application (`schema.Application` as plain JSON) and answer 202, once per key.

    The customer, its keys and the sealed application are one commit. Raises `ApplicationInvalid`.
    """

    def act() -> tuple[Answer, list[Write]]:
        # Here, since what goes together depends on the day: a key that has its answer keeps it.
        rules.check(application, today=day_of(command.now))
        customer = _customer(command, application)
        subject, keys = counter.vault.new_subject(
            command.tenant, customer.id, at=command.now, by=command.actor
        )
        told = Told(name=APPLICATION, facts={"type": customer.kind}, content=_asked(application))
        customer, sections = recorded(subject, customer, [told], by=command.actor, at=command.now)
        sealed = subject.seal_json(APPLICATION, application)
        body = canonical_json(customer_view(customer, sections))
        writes = counter.customers.create(customer, sealed)
        parts = [counter.customers.section(customer, section) for section in sections]
        return Answer(status=HTTPStatus.ACCEPTED, body=body), [*writes, *parts, *keys]

    answer = answer_once(counter.idempotency, command, act)
    if answer.status == HTTPStatus.ACCEPTED and not answer.replayed:
        counter.start(command.tenant, customer_id(command))
    return answer


def customer_id(command: Command) -> str:
    """The id of the customer that `command` makes."""
    return derive("cus", command.id)


def day_of(moment: int) -> date:
    """The day in UTC that `moment` (milliseconds) lies in."""
    return datetime.fromtimestamp(moment // clock.SECOND, UTC).date()


def _customer(command: Command, application: Mapping[str, Any]) -> Customer:
    return Customer(
        id=customer_id(command),
        tenant=command.tenant,
        kind=application["type"],
        currencies=tuple(application["currencies"]),
        created_at=command.now,
        created_by=command.actor,
        history=(Step(status="in_review", at=command.now, by=command.actor),),
    )


def _asked(application: Mapping[str, Any]) -> dict[str, object]:
    return {"application": dict(application)}
